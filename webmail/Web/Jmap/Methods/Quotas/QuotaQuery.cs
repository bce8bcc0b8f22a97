using System.Text.Json.Nodes;
using Webmail.Mail.Quotas;

namespace Webmail.Web.Jmap.Methods.Quotas;

/// <summary>Quotas by name, scope, resource and type (RFC 9425 §4.4).</summary>
internal sealed class QuotaQuery(QuotaReader quotas) : IJmapMethod
{
    private static readonly string[] Filters = ["name", "scope", "resourceType", "type"];
    private static readonly string[] Orders = ["name", "used"];

    public string Name => "Quota/query";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        var filter = call.Object("filter") ?? [];
        if (filter.FirstOrDefault(pair => !Filters.Contains(pair.Key)) is { Key: { } unknown })
        {
            throw new MethodException("unsupportedFilter", $"Quotas cannot be filtered by {unknown}.");
        }

        var order = call.Array("sort") is [JsonObject comparator, ..] ? comparator : null;
        if (order is not null && !Orders.Contains(JmapCall.AsText(order["property"])))
        {
            throw new MethodException("unsupportedSort", $"Quotas can be sorted by {string.Join(", ", Orders)}.");
        }

        var all = await quotas.ReadAsync(account, call.Cancelled);
        string[] found = [.. Sorted(all.Where(quota => Matches(quota, filter)), order).Select(QuotaJson.Id)];
        var position = Math.Clamp(call.Number("position") ?? 0, 0, found.Length);
        return new JsonObject
        {
            ["accountId"] = account.Id,
            ["queryState"] = QuotaJson.State(all),
            ["canCalculateChanges"] = false,
            ["position"] = position,
            ["ids"] = new JsonArray([.. found.Skip(position).Take(call.Number("limit") ?? int.MaxValue).Select(id => (JsonNode)id)]),
            ["total"] = found.Length,
        };
    }

    private static bool Matches(Quota quota, JsonObject filter)
    {
        var shown = QuotaJson.Describe(quota);
        return filter.All(condition => JmapCall.AsText(condition.Value) is { } wanted && condition.Key switch
        {
            "name" => QuotaJson.Name(quota).Contains(wanted, StringComparison.OrdinalIgnoreCase),
            "type" => wanted == "Mail",
            _ => JmapCall.AsText(shown[condition.Key]) == wanted,
        });
    }

    private static IEnumerable<Quota> Sorted(IEnumerable<Quota> quotas, JsonObject? order)
    {
        if (order is null)
        {
            return quotas;
        }

        var sorted = JmapCall.AsText(order["property"]) == "used" ? quotas.OrderBy(quota => quota.Used) : quotas.OrderBy(QuotaJson.Name, StringComparer.Ordinal);
        return order["isAscending"] is JsonValue value && value.TryGetValue<bool>(out var ascending) && !ascending ? sorted.Reverse() : sorted;
    }
}
