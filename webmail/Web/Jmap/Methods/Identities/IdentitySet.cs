using System.Text.Json.Nodes;
using Webmail.Mail.Html;
using Webmail.Web.Identities;

namespace Webmail.Web.Jmap.Methods.Identities;

/// <summary>Makes, changes and removes identities (RFC 8621 §6.3).</summary>
internal sealed class IdentitySet(IdentityStore identities, HtmlCleaner cleaner) : IJmapMethod
{
    public string Name => "Identity/set";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        SetAnswer.CheckSize(call);
        var (create, update, destroy) = (call.Object("create") ?? [], call.Object("update") ?? [], call.Texts("destroy") ?? []);
        var answer = await identities.SetAsync(
            account,
            call.Text("ifInState"),
            async changes =>
            {
                var oldState = changes.Now.State();
                var set = new SetAnswer(account.Id);
                var writer = new IdentityWriter(changes, account.Credentials.Username, cleaner);
                foreach (var (creationId, fields) in create)
                {
                    await set.CreateAsync(creationId, () => writer.CreateAsync(fields));
                }

                foreach (var (id, patch) in update)
                {
                    await set.UpdateAsync(id, () => writer.UpdateAsync(call.Resolve(id), patch));
                }

                foreach (var id in destroy.Distinct())
                {
                    await set.DestroyAsync(id, () => writer.DestroyAsync(call.Resolve(id)));
                }

                return set.ToJson(oldState, changes.Now.State());
            },
            call.Cancelled);
        SetAnswer.Remember(call, answer);
        return answer;
    }
}
