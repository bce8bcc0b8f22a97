using System.Text.Json.Nodes;
using Webmail.Web.Database;
using Webmail.Web.Drafts;

namespace Webmail.Web.Jmap.Methods.Drafts;

/// <summary>As Foo/changes (RFC 8620 §5.2), as far back as destroyed drafts are remembered.</summary>
internal sealed class DraftChangesMethod(DraftStore drafts) : IJmapMethod
{
    public string Name => "Draft/changes";

    public Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied) => ChangesAnswer.AnswerAsync(
        call,
        (since, idsMax) => drafts.ReadAsync(call.Account(), "drafts.changes", async view => new FoundChangedIds(await view.ChangesAsync(since, idsMax)), call.Cancelled),
        since => ChangesAnswer.Unknown(since, DraftLimits.Lifetime));
}
