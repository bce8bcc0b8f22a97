using System.Text.Json.Nodes;

namespace Tests.Unit.Webmail.Contacts;

/// <summary>A database of its own, and a backend on it.</summary>
public abstract class ContactsTest(PostgresServer server) : IAsyncLifetime
{
    protected const string Alice = "alice";
    protected const string Bob = "bob";

    protected PostgresDatabase Database { get; private set; } = null!;

    internal Backend Backend { get; private set; } = null!;

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Database = await server.CreateDatabaseAsync(Cancelled);
        Backend = new Backend(Database.Source);
    }

    public async ValueTask DisposeAsync()
    {
        await Backend.DisposeAsync();
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The id of the default address book.</summary>
    protected async Task<string> DefaultBookAsync(string account = Alice) =>
        (string)(await Backend.CallAsync(account, "AddressBook/get"))["list"]!.AsArray().Single(book => (bool)book!["isDefault"]!)!["id"]!;

    /// <summary>Makes a card in the default address book; its id.</summary>
    protected async Task<string> CreateAsync(string properties, string account = Alice)
    {
        var book = await DefaultBookAsync(account);
        var answer = await Backend.CallAsync(account, "ContactCard/set", $$"""
            "create":{"c":{"addressBookIds":{"{{book}}":true},{{properties}} } }
            """);
        Assert.Null(answer["notCreated"]);
        return (string)answer["created"]!["c"]!["id"]!;
    }

    protected async Task<JsonObject> GetAsync(string id, string account = Alice) =>
        (JsonObject)Assert.Single((await Backend.CallAsync(account, "ContactCard/get", $"\"ids\":[\"{id}\"]"))["list"]!.AsArray())!;

    protected static string[] Texts(JsonNode? list) => [.. list!.AsArray().Select(item => (string)item!)];

    protected static string Person(string given, string surname, string more = "") => $$"""
        "name":{"components":[{"kind":"given","value":"{{given}}"},{"kind":"surname","value":"{{surname}}"}]}{{(more.Length > 0 ? "," + more : "")}}
        """;
}
