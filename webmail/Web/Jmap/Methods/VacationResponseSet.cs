using System.Text.Json.Nodes;
using Webmail.Mail.Sieve.Vacations;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Changes the one vacation response of an account (RFC 8621 §8.2).</summary>
internal sealed class VacationResponseSet(VacationReader reader, VacationWriter writer) : IJmapMethod
{
    public string Name => "VacationResponse/set";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        SetAnswer.CheckSize(call);
        var answer = new SetAnswer(account.Id);
        var (create, update, destroy) = (call.Object("create") ?? [], call.Object("update") ?? [], call.Texts("destroy") ?? []);
        var response = await reader.ReadAsync(account, call.Cancelled);
        var oldState = VacationResponseJson.State(response);
        if (call.Text("ifInState") is { } expected && expected != oldState)
        {
            throw new MethodException("stateMismatch", "The vacation response has changed since.");
        }

        foreach (var (creationId, _) in create)
        {
            await answer.CreateAsync(creationId, () => throw new SetException("singleton", "There is just one vacation response; change that."));
        }

        foreach (var (id, patch) in update)
        {
            await answer.UpdateAsync(id, async () =>
            {
                response = id == VacationResponseJson.Id
                    ? await WriteAsync(VacationResponseJson.Patch(response, patch))
                    : throw new SetException("notFound", $"There is no vacation response {id}.");
                return null;
            });
        }

        foreach (var id in destroy)
        {
            await answer.DestroyAsync(id, () => throw new SetException("singleton", "The vacation response can be switched off, not removed."));
        }

        return answer.ToJson(oldState, VacationResponseJson.State(response));

        async Task<VacationResponse> WriteAsync(VacationResponse changed)
        {
            var outcome = await writer.WriteAsync(account, changed, call.Cancelled);
            return outcome.Refusal is null ? changed : throw new SetException(SieveScriptJson.Refused(outcome));
        }
    }
}
