using System.Text.Json.Nodes;
using Webmail.Web.Database;
using Webmail.Web.Jobs;

namespace Webmail.Web.Jmap.Methods.Jobs;

/// <summary>As Foo/changes (RFC 8620 §5.2), as far back as jobs are remembered. A job changes with each of its steps.</summary>
internal sealed class MailJobChanges(JobStore jobs) : IJmapMethod
{
    public string Name => "MailJob/changes";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var (since, idsMax) = ChangesAnswer.Read(call);
        var found = await jobs.ReadAsync(call.Account(), "jobs.changes", async view => new Found(await view.ChangesAsync(since, idsMax)), call.Cancelled);
        var changed = found.Changes
            ?? throw new MethodException("cannotCalculateChanges", $"What changed since {since} is not known; it is for {JobLimits.Lifetime.TotalDays:0} days. Read anew.");
        return ChangesAnswer.Of(call, since, changed.NewState, changed.HasMore, changed.Created, changed.Updated, changed.Destroyed);
    }

    private sealed record Found(ChangedIds? Changes);
}
