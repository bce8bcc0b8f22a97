using System.Text.Json.Nodes;
using Webmail.Web.Drafts;

namespace Webmail.Web.Jmap.Methods.Drafts;

/// <summary>The earlier versions of one draft, the newest first; with their content those that are named.</summary>
internal sealed class DraftHistory(DraftStore drafts) : IJmapMethod
{
    public string Name => "Draft/history";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var id = call.Resolve(call.Text("draftId") ?? throw new MethodException("invalidArguments", "draftId must be given."));
        var versions = call.Array("versions")?.Select(item => item is JsonValue value && value.TryGetValue<int>(out var version)
            ? version
            : throw new MethodException("invalidArguments", "versions must be a list of numbers.")).ToArray();
        var found = await drafts.ReadAsync(
            call.Account(),
            "drafts.history",
            async view => new Found(DraftIds.TryParse(id, out var number) ? await view.HistoryAsync(number, versions) : null),
            call.Cancelled);
        var list = found.Versions ?? throw new MethodException("invalidArguments", $"There is no draft {id} (any longer).");
        return new JsonObject
        {
            ["accountId"] = call.Text("accountId"),
            ["draftId"] = id,
            ["list"] = new JsonArray([.. list.Select(DraftJson.Describe)]),
        };
    }

    private sealed record Found(List<EarlierVersion>? Versions);
}
