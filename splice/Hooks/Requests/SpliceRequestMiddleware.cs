using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Splice.Hooks;

/// <summary>
/// The outermost middleware: gives each request its journal, answers for the application when it fails, and marks where
/// the request ends on the flow.
/// </summary>
internal sealed class SpliceRequestMiddleware(RequestDelegate next, ILogger<SpliceRequestMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<SpliceFlow>() is not { } flow)
        {
            await AnswerAsync(context, null, new PassThroughJournal(TimeProvider.System), next);
            return;
        }

        var replay = await flow.BeginRequestAsync();
        using var span = replay is null ? null : SpliceTrace.BeginReplay(flow);
        context.TraceIdentifier = $"{flow.Flow}:{flow.RequestNumber}";
        var journal = flow.Journal.IsOff
            ? (IJournal)new PassThroughJournal(TimeProvider.System)
            : new RequestJournal(flow.Journal, replay, flow.Flow, flow.RequestNumber, flow.Build, TimeProvider.System, flow.GiveUp);
        await AnswerAsync(context, flow, journal, IsFor(flow, context.Request.Host) ? next : FixedAnswer.WriteMisdirectedAsync);
        if (flow.IsAborted)
        {
            span?.SetStatus(ActivityStatusCode.Error, "the flow was given up");
            return;
        }

        try
        {
            // From here on Kestrel has nothing to say on its own, and the next request's first byte is known.
            await context.Response.CompleteAsync();
            await RequestBody.DrainAsync(context);
            await flow.EndRequestAsync();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            log.LogWarning("flow {Flow}: request {Request} ends the connection: {Reason}", flow.Flow, flow.RequestNumber, e.Message);
            context.Abort();
        }
    }

    private static bool IsFor(SpliceFlow flow, HostString host) =>
        string.Equals(host.Host, flow.Preamble.Host, StringComparison.OrdinalIgnoreCase);

    private async Task AnswerAsync(HttpContext context, SpliceFlow? flow, IJournal journal, RequestDelegate answer)
    {
        context.RequestServices.GetRequiredService<JournalScope>().Journal = journal;
        FixedAnswer.SetDate(context, journal);
        try
        {
            await answer(context);
        }
        catch (Exception) when (flow is { IsAborted: true } or { Broken.IsCancellationRequested: true })
        {
            // It failed because the flow has left, here or already for another backend. An answer that says so would be one
            // in the journal, and the successor's would differ from it.
            context.Abort();
        }
        catch (Exception e) when (!context.Response.HasStarted && e is not DivergenceException)
        {
            if (e is not BadHttpRequestException and not OperationCanceledException)
            {
                log.LogError(e, "request {Request} failed; it is answered with 500", context.TraceIdentifier);
            }

            await FixedAnswer.WriteAsync(context, journal, (e as BadHttpRequestException)?.StatusCode);
        }
        catch (Exception e)
        {
            log.LogError(e, "request {Request} failed after its answer had begun; the connection is aborted", context.TraceIdentifier);
            context.Abort();
        }
    }
}
