using System.Text.Json.Nodes;
using Webmail.Mail.Ids;
using Webmail.Mail.Messages;

namespace Webmail.Web.Jmap.Methods;

/// <summary>The messages of conversations, found by header search in inbox, sent and archive.</summary>
internal sealed class ThreadGet(ThreadReader threads) : IJmapMethod
{
    private const int ThreadsMax = 20;

    public string Name => "Thread/get";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        var ids = Selected.Ids(call) ?? [];
        var wanted = ids.Where(id => ThreadId.TryParse(id, out _)).Distinct().ToArray();
        if (wanted.Length > ThreadsMax)
        {
            throw new MethodException("requestTooLarge", $"At most {ThreadsMax} threads at once: each is a search.");
        }

        var found = await threads.ReadAsync(
            account, [.. wanted.Select(id => ThreadId.TryParse(id, out var thread) ? thread : default)], call.Cancelled);
        var described = wanted.Zip(found, (id, emails) => new JsonObject
        {
            ["id"] = id,
            ["emailIds"] = new JsonArray([.. emails.Select(email => (JsonNode)email)]),
        });
        var state = StateText.Of(found.Select(emails => string.Join(' ', emails)));
        return Selected.Answer(call, state, described, ids, call.Texts("properties"));
    }
}
