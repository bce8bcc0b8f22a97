using System.Text.Json.Nodes;

namespace Tests.Lab.Replay;

/// <summary>Sieve scripts of Alice's that this run alone knows, each for one case.</summary>
internal sealed class ReplayScripts(string run, Func<string, JsonObject, CancellationToken, Task<JsonNode>> call)
{
    private string? _activeBefore;

    /// <summary>An upload that compiles.</summary>
    public string Upload { get; private set; } = "";

    /// <summary>The blob of a script whose content changes later.</summary>
    public string Content { get; private set; } = "";

    public string ToRead { get; private set; } = "";
    public string ToChange { get; private set; } = "";
    public string ToDestroy { get; private set; } = "";
    public string ToActivate { get; private set; } = "";

    public string Name(string what) => $"{run} {what}";

    /// <summary>Long before it answers anybody.</summary>
    public static JsonObject Vacation { get; } = new() { ["isEnabled"] = true, ["fromDate"] = "2999-01-01T00:00:00Z", ["textBody"] = "Away \"for\" long." };

    /// <param name="upload">Of any script.</param>
    /// <param name="unique">Of a script that nobody else has.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task PrepareAsync(string upload, string unique, CancellationToken cancellationToken)
    {
        Upload = upload;
        _activeBefore = (string?)(await ListAsync(cancellationToken)).FirstOrDefault(script => (bool)script["isActive"]!)?["id"];
        var create = new JsonObject();
        foreach (var name in (string[])["read", "change", "destroy", "activate"])
        {
            create[name] = new JsonObject { ["name"] = Name(name), ["blobId"] = name == "read" ? unique : upload };
        }

        var created = (await call("SieveScript/set", new JsonObject { ["create"] = create }, cancellationToken))["created"]!;
        (ToRead, ToChange, ToDestroy, ToActivate) = (Id("read"), Id("change"), Id("destroy"), Id("activate"));
        Content = (string)created["read"]!["blobId"]!;

        string Id(string name) => (string)created[name]!["id"]!;
    }

    /// <summary>Other names, other ones, and none with the content that was read.</summary>
    public async Task ChangeAsync(string upload, CancellationToken cancellationToken)
    {
        await call("SieveScript/set", new JsonObject
        {
            ["update"] = new JsonObject { [ToRead] = new JsonObject { ["name"] = Name("late"), ["blobId"] = upload } },
        }, cancellationToken);
        await ChangeVacationAsync(new JsonObject { ["subject"] = "Late" }, cancellationToken);
    }

    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        await ChangeVacationAsync(new JsonObject { ["isEnabled"] = false }, cancellationToken);
        await call("SieveScript/set", new JsonObject { ["onSuccessActivateScript"] = _activeBefore, ["onSuccessDeactivateScript"] = true }, cancellationToken);
        var own = (await ListAsync(cancellationToken))
            .Where(script => ((string)script["name"]!).StartsWith(run, StringComparison.Ordinal))
            .Select(script => (JsonNode)(string)script["id"]!);
        await call("SieveScript/set", new JsonObject { ["destroy"] = new JsonArray([.. own]) }, cancellationToken);
    }

    private Task<JsonNode> ChangeVacationAsync(JsonObject patch, CancellationToken cancellationToken) =>
        call("VacationResponse/set", new JsonObject { ["update"] = new JsonObject { ["singleton"] = patch } }, cancellationToken);

    private async Task<IReadOnlyList<JsonNode>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await call("SieveScript/get", new JsonObject { ["ids"] = null }, cancellationToken))["list"]!.AsArray().Select(script => script!)];
}
