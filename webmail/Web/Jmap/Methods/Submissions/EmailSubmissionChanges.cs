using System.Text.Json.Nodes;
using Webmail.Web.Database;
using Webmail.Web.Outbox;

namespace Webmail.Web.Jmap.Methods.Submissions;

/// <summary>RFC 8621 §7.2, as far back as destroyed submissions are remembered.</summary>
internal sealed class EmailSubmissionChanges(OutboxStore outbox) : IJmapMethod
{
    public string Name => "EmailSubmission/changes";

    public Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied) => ChangesAnswer.AnswerAsync(
        call,
        (since, idsMax) => outbox.ReadAsync(call.Account(), "outbox.changes", async view => new FoundChangedIds(await view.ChangesAsync(since, idsMax)), call.Cancelled),
        since => ChangesAnswer.Unknown(since, OutboxLimits.Lifetime));
}
