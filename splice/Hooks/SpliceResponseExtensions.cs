using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Splice.Hooks;

/// <summary>Answers that can continue from the middle.</summary>
public static class SpliceResponseExtensions
{
    /// <summary>Sends a body of known length that a replay may continue from its last checkpoint.</summary>
    /// <param name="response">The response; set status and headers first, all of them from journaled values. Its
    /// Content-Length is set here.</param>
    /// <param name="lengthBytes">The length of the whole body.</param>
    /// <param name="send">Writes the body from the given position to its end.</param>
    /// <param name="cancellationToken">Cancels the sending.</param>
    /// <remarks>After a handover <paramref name="send"/> may be called with a position in the middle: then nothing before
    /// it is produced again, so the state of the checkpoint must be all that the rest depends on. What the journal gave
    /// to <paramref name="send"/> before the checkpoint is not given again.</remarks>
    /// <exception cref="DivergenceException">The body differs from the one that was sent before.</exception>
    public static Task SendResumableAsync(
        this HttpResponse response,
        long lengthBytes,
        Func<BodyPosition, IBodyWriter, CancellationToken, Task> send,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(send);
        var context = response.HttpContext;
        if (context.Features.Get<SpliceFlow>() is { } flow
            && context.RequestServices.GetRequiredService<JournalScope>().Journal is RequestJournal journal
            && !HttpMethods.IsHead(context.Request.Method))
        {
            return new ResumableBody(response, flow, journal, lengthBytes).SendAsync(send, cancellationToken);
        }

        response.ContentLength = lengthBytes;
        return send(default, new PlainBodyWriter(response.BodyWriter), cancellationToken);
    }
}
