using System.Text.Json.Nodes;
using Webmail.Web.Database;
using Webmail.Web.Outbox;

namespace Webmail.Web.Jmap.Methods.Submissions;

/// <summary>RFC 8621 §7.2, as far back as destroyed submissions are remembered.</summary>
internal sealed class EmailSubmissionChanges(OutboxStore outbox) : IJmapMethod
{
    public string Name => "EmailSubmission/changes";

    public static MethodException Unknown(string since) =>
        new("cannotCalculateChanges", $"What changed since {since} is not known; it is for {OutboxLimits.Lifetime.TotalDays:0} days. Read anew.");

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var (since, idsMax) = ChangesAnswer.Read(call);
        var found = await outbox.ReadAsync(call.Account(), "outbox.changes", async view => new Found(await view.ChangesAsync(since, idsMax)), call.Cancelled);
        var changed = found.Changes ?? throw Unknown(since);
        return ChangesAnswer.Of(call, since, changed.NewState, changed.HasMore, changed.Created, changed.Updated, changed.Destroyed);
    }

    private sealed record Found(ChangedIds? Changes);
}
