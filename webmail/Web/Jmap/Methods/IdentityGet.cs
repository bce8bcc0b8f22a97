using System.Text.Json.Nodes;

namespace Webmail.Web.Jmap.Methods;

/// <summary>The one identity an account has until identities can be edited: its sign-in address.</summary>
internal sealed class IdentityGet : IJmapMethod
{
    public const string OnlyId = "i0";

    public string Name => "Identity/get";

    public Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        var identity = new JsonObject
        {
            ["id"] = OnlyId,
            ["name"] = account.Credentials.Username.Split('@')[0],
            ["email"] = account.Credentials.Username,
            ["replyTo"] = null,
            ["bcc"] = null,
            ["textSignature"] = "",
            ["htmlSignature"] = "",
            ["mayDelete"] = false,
        };
        return Task.FromResult(Selected.Answer(call, "0", [identity], Selected.Ids(call), call.Texts("properties")));
    }
}
