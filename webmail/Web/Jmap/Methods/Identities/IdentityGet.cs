using System.Text.Json.Nodes;
using Webmail.Web.Identities;

namespace Webmail.Web.Jmap.Methods.Identities;

/// <summary>Who a person may write as (RFC 8621 §6.1).</summary>
internal sealed class IdentityGet(IdentityStore identities) : IJmapMethod
{
    public string Name => "Identity/get";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var (account, ids, properties) = (call.Account(), Selected.Ids(call), call.Texts("properties"));
        var found = await identities.ReadAsync(account, call.Cancelled);
        return Selected.Answer(
            call, found.State(), found.Live().Select(identity => IdentityJson.Describe(identity, account.Credentials.Username)), ids, properties);
    }
}
