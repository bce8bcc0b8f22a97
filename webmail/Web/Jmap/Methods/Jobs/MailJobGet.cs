using System.Text.Json.Nodes;
using Webmail.Web.Jobs;

namespace Webmail.Web.Jmap.Methods.Jobs;

/// <summary>Jobs and how far they are, also while the mail server is away. Without ids the last ones, the newest first.</summary>
internal sealed class MailJobGet(JobStore jobs) : IJmapMethod
{
    public string Name => "MailJob/get";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var ids = Selected.Ids(call);
        var numbers = ids?.Select(id => JobIds.TryParse(id, out var number) ? number : 0).ToArray();
        var found = await jobs.ReadAsync(call.Account(), "jobs.get", async view => new Found(view.State, await view.ReadAsync(numbers)), call.Cancelled);
        return Selected.Answer(call, found.State, found.Jobs.Select(MailJobJson.Describe), ids, call.Texts("properties"));
    }

    private sealed record Found(string State, List<Job> Jobs);
}
