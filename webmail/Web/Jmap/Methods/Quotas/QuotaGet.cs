using System.Text.Json.Nodes;
using Webmail.Mail.Quotas;

namespace Webmail.Web.Jmap.Methods.Quotas;

/// <summary>The account's quotas (RFC 9425 §4.2); none where the mail server sets none.</summary>
internal sealed class QuotaGet(QuotaReader quotas) : IJmapMethod
{
    public string Name => "Quota/get";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        var ids = Selected.Ids(call);
        var all = await quotas.ReadAsync(account, call.Cancelled);
        return Selected.Answer(call, QuotaJson.State(all), all.Select(QuotaJson.Describe), ids, call.Texts("properties"));
    }
}
