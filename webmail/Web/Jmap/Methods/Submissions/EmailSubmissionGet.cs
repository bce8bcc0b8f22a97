using System.Text.Json.Nodes;
using Webmail.Web.Outbox;

namespace Webmail.Web.Jmap.Methods.Submissions;

internal sealed class EmailSubmissionGet(OutboxStore outbox) : IJmapMethod
{
    public string Name => "EmailSubmission/get";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var ids = Selected.Ids(call);
        var properties = call.Texts("properties");
        var numbers = ids?.Select(id => OutboxIds.TryParse(id, out var number) ? number : 0).ToArray();
        var found = await outbox.ReadAsync(
            call.Account(), "outbox.get", async view => new Found(view.State, await view.ReadAsync(numbers, JmapLimits.ObjectsInGetMax + 1)), call.Cancelled);
        return found.Submissions.Count <= JmapLimits.ObjectsInGetMax
            ? Selected.Answer(call, found.State, found.Submissions.Select(EmailSubmissionJson.Describe), ids, properties)
            : throw new MethodException("requestTooLarge", $"There are more than {JmapLimits.ObjectsInGetMax}; name ids.");
    }

    private sealed record Found(string State, List<Submission> Submissions);
}
