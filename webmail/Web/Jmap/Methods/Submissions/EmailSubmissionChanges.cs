using System.Text.Json.Nodes;
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
        var since = call.Text("sinceState") ?? throw new MethodException("invalidArguments", "sinceState must be given.");
        var idsMax = call.Number("maxChanges");
        if (idsMax <= 0)
        {
            throw new MethodException("invalidArguments", "maxChanges must be greater than 0.");
        }

        var found = await outbox.ReadAsync(call.Account(), "outbox.changes", async view => new Found(await view.ChangesAsync(since, idsMax)), call.Cancelled);
        var changed = found.Changes ?? throw Unknown(since);
        return new JsonObject
        {
            ["accountId"] = call.Text("accountId"),
            ["oldState"] = changed.OldState,
            ["newState"] = changed.NewState,
            ["hasMoreChanges"] = changed.HasMore,
            ["created"] = Texts(changed.Created),
            ["updated"] = Texts(changed.Updated),
            ["destroyed"] = Texts(changed.Destroyed),
        };
    }

    private static JsonArray Texts(string[] ids) => new([.. ids.Select(id => (JsonNode)id)]);

    private sealed record Found(SubmissionChanges? Changes);
}
