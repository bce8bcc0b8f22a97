using System.Text.Json.Nodes;
using Webmail.Web.Drafts;

namespace Webmail.Web.Jmap.Methods.Drafts;

/// <summary>Drafts as they are, also while the mail server is away.</summary>
internal sealed class DraftGet(DraftStore drafts) : IJmapMethod
{
    public string Name => "Draft/get";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var ids = Selected.Ids(call);
        var properties = call.Texts("properties");
        var withContent = properties is null || properties.Contains("email") || properties.Contains("client");
        var numbers = ids?.Select(id => DraftIds.TryParse(id, out var number) ? number : 0).ToArray();
        var found = await drafts.ReadAsync(
            call.Account(), "drafts.get", async view => new Found(view.State, await view.ReadAsync(numbers, withContent)), call.Cancelled);
        return found.Drafts is { } all
            ? Selected.Answer(call, found.State, all.Select(draft => DraftJson.Describe(draft, withContent)), ids, properties)
            : throw new MethodException(
                "requestTooLarge", $"Drafts of at most {DraftLimits.AnswerBytesMax} bytes together: ask for the property version only, then name fewer ids.");
    }

    private sealed record Found(string State, List<Draft>? Drafts);
}
