using System.Text.Json.Nodes;
using Webmail.Mail.Quotas;

namespace Webmail.Web.Jmap.Methods.Quotas;

/// <summary>What has changed in a query (RFC 9425 §4.5); as with <see cref="QuotaChanges"/>, nothing or it cannot be said.</summary>
internal sealed class QuotaQueryChanges(QuotaReader quotas) : IJmapMethod
{
    public string Name => "Quota/queryChanges";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        var since = call.Text("sinceQueryState") ?? throw new MethodException("invalidArguments", "sinceQueryState is missing.");
        var state = QuotaJson.State(await quotas.ReadAsync(account, call.Cancelled));
        return state == since
            ? new JsonObject
            {
                ["accountId"] = account.Id,
                ["oldQueryState"] = since,
                ["newQueryState"] = state,
                ["removed"] = new JsonArray(),
                ["added"] = new JsonArray(),
            }
            : throw new MethodException("cannotCalculateChanges", $"The quotas are no longer in state {since}; ask for them again.");
    }
}
