using System.Globalization;
using System.Text.Json.Nodes;
using Webmail.Mail.Quotas;

namespace Webmail.Web.Jmap.Methods.Quotas;

/// <summary>A quota as JMAP shows it (RFC 9425 §4).</summary>
internal static class QuotaJson
{
    public static string Id(Quota quota) => quota.Resource == QuotaResource.Storage ? "octets" : "count";

    public static JsonObject Describe(Quota quota) => new()
    {
        ["id"] = Id(quota),
        ["resourceType"] = Id(quota),
        ["used"] = quota.Used,
        ["hardLimit"] = quota.Limit,
        ["warnLimit"] = null,
        ["softLimit"] = null,
        ["scope"] = "account",
        ["name"] = Name(quota),
        ["types"] = new JsonArray("Mail"),
        ["description"] = null,
    };

    public static string Name(Quota quota) => quota.Root.Length > 0 ? quota.Root : "Mail";

    public static string State(IEnumerable<Quota> quotas) => StateText.Of(
        quotas.Select(quota => string.Create(CultureInfo.InvariantCulture, $"{quota.Root}\0{quota.Resource}\0{quota.Used}\0{quota.Limit}")));
}
