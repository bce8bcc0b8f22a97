using System.Text.Json.Nodes;
using Webmail.Mail.Sieve.Vacations;

namespace Webmail.Web.Jmap.Methods;

internal sealed class VacationResponseGet(VacationReader reader) : IJmapMethod
{
    public string Name => "VacationResponse/get";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        var ids = Selected.Ids(call);
        var response = await reader.ReadAsync(account, call.Cancelled);
        return Selected.Answer(
            call, VacationResponseJson.State(response), [VacationResponseJson.Describe(response)], ids, call.Texts("properties"));
    }
}
