using System.Text.Json.Nodes;
using Webmail.Mail.Sieve.Scripts;
using Webmail.Web.Blobs;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Says whether the server would take a script, without storing it (RFC 9661 §2.6).</summary>
internal sealed class SieveScriptValidate(ScriptReader reader, ScriptBlobs blobs) : IJmapMethod
{
    public string Name => "SieveScript/validate";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        return new JsonObject { ["accountId"] = account.Id, ["error"] = await ErrorAsync() };

        async Task<JsonObject?> ErrorAsync()
        {
            try
            {
                var content = await blobs.ReadAsync(account, call.Text("blobId"), call.Cancelled);
                return await reader.CheckAsync(account, content, call.Cancelled) is { } wrong ? new SetError("invalidSieve", wrong).ToJson() : null;
            }
            catch (SetException refusal)
            {
                return refusal.Error.ToJson();
            }
        }
    }
}
