using System.Text.Json.Nodes;
using Webmail.Web.Outbox;

namespace Webmail.Web.Jmap.Methods.Submissions;

/// <summary>Finds and sorts submissions (RFC 8621 §7.3).</summary>
internal sealed class EmailSubmissionQuery(OutboxStore outbox) : IJmapMethod
{
    public string Name => "EmailSubmission/query";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var query = SubmissionQuery.Read(call);
        var window = QueryWindow.Read(call);
        var found = await outbox.ReadAsync(
            call.Account(),
            "outbox.query",
            async view => new Found(view.State, window.Cut(query.Run(await view.ReadAsync(null, OutboxLimits.QueriedMax)))),
            call.Cancelled);
        return window.Answer(
            call, found.State, canCalculateChanges: true, found.Page ?? throw new MethodException("anchorNotFound", $"{window.Anchor} is not among the results."));
    }

    private sealed record Found(string State, QueryPage? Page);
}
