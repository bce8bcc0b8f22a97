using System.Text.Json.Nodes;
using Webmail.Mail.Quotas;

namespace Webmail.Web.Jmap.Methods.Quotas;

/// <summary>
/// What has changed (RFC 9425 §4.3). The mail server keeps no history: whoever has another state gets all again.
/// </summary>
internal sealed class QuotaChanges(QuotaReader quotas) : IJmapMethod
{
    public string Name => "Quota/changes";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        var since = call.Text("sinceState") ?? throw new MethodException("invalidArguments", "sinceState is missing.");
        var state = QuotaJson.State(await quotas.ReadAsync(account, call.Cancelled));
        return state == since
            ? new JsonObject
            {
                ["accountId"] = account.Id,
                ["oldState"] = since,
                ["newState"] = state,
                ["hasMoreChanges"] = false,
                ["updatedProperties"] = null,
                ["created"] = new JsonArray(),
                ["updated"] = new JsonArray(),
                ["destroyed"] = new JsonArray(),
            }
            : throw new MethodException("cannotCalculateChanges", $"The quotas are no longer in state {since}; get them again.");
    }
}
