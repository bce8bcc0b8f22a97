using Tests.Unit.Webmail.Index;
using Tests.Unit.Webmail.Servers;

namespace Tests.Unit.Webmail.Emails;

/// <summary>Mailbox/query sorts and filters as a tree, and tells how its results change.</summary>
public abstract class MailboxQueryTests<TServer>(IndexWebmail<TServer> webmail) : IndexTest<TServer>(webmail)
    where TServer : IImapServer
{
    [Fact]
    public async Task Query_AsATree_PutsParentsFirstAndDropsChildrenOfTheDropped()
    {
        await MakeAsync();

        Assert.Equal(["Zoo", "Ant"], await NamesAsync("""
            "sortAsTree":true,"filter":{"operator":"OR","conditions":[{"name":"Zoo"},{"name":"Ant"}]},"sort":[{"property":"name"}]
            """));
        Assert.Equal(["Ant", "Bee", "Zoo"], (await NamesAsync("\"filter\":{\"hasAnyRole\":false},\"sort\":[{\"property\":\"name\"}]")).Order());
        Assert.Equal(["Bee"], await NamesAsync("""
            "filterAsTree":true,"filter":{"operator":"NOT","conditions":[{"name":"Zoo"},{"hasAnyRole":true}]}
            """));
        Assert.Equal("unsupportedFilter", await ErrorAsync("Mailbox/query", "\"filter\":{\"operator\":\"XOR\",\"conditions\":[]}"));
        Assert.Equal("unsupportedSort", await ErrorAsync("Mailbox/query", "\"sort\":[{\"property\":\"size\"}]"));
    }

    [Fact]
    public async Task QueryChanges_LeadFromTheOldResultsToTheNew()
    {
        var (zoo, _) = await MakeAsync();
        const string Query = "\"sort\":[{\"property\":\"name\",\"isAscending\":false}],\"filter\":{\"hasAnyRole\":false}";
        var before = await CallAsync("Mailbox/query", Query);
        Assert.True((bool)before["canCalculateChanges"]!);

        await CallAsync("Mailbox/set", $$$"""
            "create":{"c":{"name":"Cat"}},"update":{"{{{zoo}}}":{"name":"Aaa"}}
            """);
        var changes = await CallAsync("Mailbox/queryChanges", $"{Query},\"sinceQueryState\":\"{before["queryState"]}\"");

        var ids = Ids(before["ids"]).Except(Ids(changes["removed"])).ToList();
        foreach (var item in changes["added"]!.AsArray())
        {
            ids.Insert((int)item!["index"]!, (string)item["id"]!);
        }

        Assert.Equal(Ids((await CallAsync("Mailbox/query", Query))["ids"]), ids);
        Assert.Equal("cannotCalculateChanges", await ErrorAsync("Mailbox/queryChanges", $"{Query},\"sortAsTree\":true,\"sinceQueryState\":\"{before["queryState"]}\""));
    }

    private async Task<(string Zoo, string Ant)> MakeAsync()
    {
        var made = (await CallAsync("Mailbox/set", """
            "create":{"z":{"name":"Zoo"},"a":{"name":"Ant","parentId":"#z"},"b":{"name":"Bee"}}
            """))["created"]!;
        return ((string)made["z"]!["id"]!, (string)made["a"]!["id"]!);
    }

    private async Task<string[]> NamesAsync(string arguments)
    {
        var ids = Ids((await CallAsync("Mailbox/query", arguments))["ids"]);
        var names = (await MailboxesAsync()).ToDictionary(pair => (string)pair.Value["id"]!, pair => pair.Key);
        return [.. ids.Select(id => names[id])];
    }
}
