using System.Text.Json.Nodes;
using Webmail.Web.Database;
using Webmail.Web.Drafts;

namespace Webmail.Web.Jmap.Methods.Drafts;

/// <summary>As Foo/changes (RFC 8620 §5.2), as far back as destroyed drafts are remembered.</summary>
internal sealed class DraftChangesMethod(DraftStore drafts) : IJmapMethod
{
    public string Name => "Draft/changes";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var (since, idsMax) = ChangesAnswer.Read(call);
        var found = await drafts.ReadAsync(call.Account(), "drafts.changes", async view => new Found(await view.ChangesAsync(since, idsMax)), call.Cancelled);
        var changed = found.Changes
            ?? throw new MethodException("cannotCalculateChanges", $"What changed since {since} is not known; it is for {DraftLimits.Lifetime.TotalDays:0} days. Read anew.");
        return ChangesAnswer.Of(call, since, changed.NewState, changed.HasMore, changed.Created, changed.Updated, changed.Destroyed);
    }

    private sealed record Found(ChangedIds? Changes);
}
