using System.Text.Json.Nodes;
using Webmail.Web.Database;
using Webmail.Web.Jobs;

namespace Webmail.Web.Jmap.Methods.Jobs;

/// <summary>As Foo/changes (RFC 8620 §5.2), as far back as jobs are remembered. A job changes with each of its steps.</summary>
internal sealed class MailJobChanges(JobStore jobs) : IJmapMethod
{
    public string Name => "MailJob/changes";

    public Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied) => ChangesAnswer.AnswerAsync(
        call,
        (since, idsMax) => jobs.ReadAsync(call.Account(), "jobs.changes", async view => new FoundChangedIds(await view.ChangesAsync(since, idsMax)), call.Cancelled),
        since => ChangesAnswer.Unknown(since, JobLimits.Lifetime));
}
