using System.Text.Json.Nodes;
using Webmail.Mail.Sieve.Scripts;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Scripts by id, or all (RFC 9661 §2.3). Those that the webmail itself has written are among them.</summary>
internal sealed class SieveScriptGet(ScriptReader reader) : IJmapMethod
{
    public string Name => "SieveScript/get";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        var ids = Selected.Ids(call);
        var scripts = await reader.ListAsync(account, call.Cancelled);
        return Selected.Answer(call, SieveScriptJson.State(scripts), scripts.Select(SieveScriptJson.Describe), ids, call.Texts("properties"));
    }
}
