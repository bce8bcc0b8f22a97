using Tests.Unit.Webmail.Servers;

namespace Tests.Unit.Webmail.Index;

/// <summary>Mailbox/set: folders are made, renamed, moved and removed on the mail server.</summary>
public abstract class MailboxSetTests<TServer>(IndexWebmail<TServer> webmail) : IndexTest<TServer>(webmail)
    where TServer : IImapServer
{
    [Fact]
    public async Task Mailbox_MadeInAnotherRenamedMovedAndRemoved_IsSoOnTheServer()
    {
        var made = await CallAsync("Mailbox/set", """
            "create":{"a":{"name":"Projects"},"b":{"name":"Grüße & co","parentId":"#a"}}
            """);
        Assert.True(made["notCreated"] is null, made.ToJsonString());
        var (outer, inner) = ((string)made["created"]!["a"]!["id"]!, (string)made["created"]!["b"]!["id"]!);
        Assert.Equal(outer, (string)(await MailboxesAsync())["Grüße & co"]["parentId"]!);

        var moved = await CallAsync("Mailbox/set", $$"""
            "update":{"{{inner}}":{"name":"Greetings","parentId":null,"isSubscribed":false} }
            """);
        Assert.True(moved["updated"]!.AsObject().ContainsKey(inner), moved.ToJsonString());
        var greetings = (await MailboxesAsync(1))["Greetings"];
        Assert.Equal(inner, (string)greetings["id"]!);
        Assert.Null(greetings["parentId"]);
        Assert.False((bool)greetings["isSubscribed"]!);

        var gone = await CallAsync("Mailbox/set", $"\"destroy\":[\"{outer}\",\"{inner}\"]");
        Assert.Equal([outer, inner], Ids(gone["destroyed"]));
        var left = await Other.GetFolder(Other.PersonalNamespaces[0]).GetSubfoldersAsync(false, Cancelled);
        Assert.DoesNotContain(left, folder => folder.Name is "Projects" or "Greetings");
    }

    [Fact]
    public async Task Rename_OfAMailboxWithOthersInIt_KeepsAllIds()
    {
        var made = (await CallAsync("Mailbox/set", """
            "create":{"a":{"name":"Old"},"b":{"name":"First","parentId":"#a"},"c":{"name":"Second","parentId":"#a"}}
            """))["created"]!;
        string[] ids = [(string)made["a"]!["id"]!, (string)made["b"]!["id"]!, (string)made["c"]!["id"]!];

        await CallAsync("Mailbox/set", $$"""
            "update":{"{{ids[0]}}":{"name":"New"} }
            """);

        var after = await MailboxesAsync(1);
        Assert.Equal(ids, ((string[])["New", "First", "Second"]).Select(name => (string)after[name]["id"]!));
        Assert.Equal([ids[0], ids[0]], ((string[])["First", "Second"]).Select(name => (string)after[name]["parentId"]!));
        Assert.All(after.Values, mailbox => Assert.True((bool)mailbox["isSubscribed"]! || (string?)mailbox["role"] == "inbox", mailbox.ToJsonString()));
    }

    [Fact]
    public async Task Create_WithTheServersOwnDividerInTheName_IsRefused()
    {
        var divider = Other.PersonalNamespaces[0].DirectorySeparator;

        var answer = await CallAsync("Mailbox/set", $$"""
            "create":{"c":{"name":"v1{{divider}}0"},"d":{"name":"v1{{(divider == '.' ? ',' : '.')}}0"} }
            """);

        Assert.NotNull(answer["notCreated"]!["c"]);
        Assert.NotNull(answer["created"]!["d"]);
    }

    [Theory]
    [InlineData("Sent", "sent")]
    [InlineData("trash", "trash")]
    public async Task Role_OfAUsualName_IsKnown(string name, string role)
    {
        await FolderAsync(name);

        Assert.Equal(role, (string)(await MailboxesAsync())[name]["role"]!);
    }

    [Fact]
    public async Task Destroy_OfAMailboxWithMessages_NeedsAWordForIt()
    {
        await AppendAsync("one", "Full");
        var id = await MailboxIdAsync("Full");

        var kept = await CallAsync("Mailbox/set", $"\"destroy\":[\"{id}\"]");
        Assert.Equal("mailboxHasEmail", (string)kept["notDestroyed"]![id]!["type"]!);

        var gone = await CallAsync("Mailbox/set", $"\"destroy\":[\"{id}\"],\"onDestroyRemoveEmails\":true");
        Assert.Equal([id], Ids(gone["destroyed"]));
    }

    [Theory]
    [InlineData("""{"name":"a/b"}""", "invalidProperties")]
    [InlineData("""{"name":""}""", "invalidProperties")]
    [InlineData("""{"name":"x","parentId":"m999999"}""", "notFound")]
    [InlineData("""{"name":"x","totalEmails":1}""", "invalidProperties")]
    public async Task Create_ThatIsWrong_IsRefused(string fields, string error)
    {
        var answer = await CallAsync("Mailbox/set", $$"""
            "create":{"c":{{fields}} }
            """);

        Assert.Equal(error, (string)answer["notCreated"]!["c"]!["type"]!);
    }

    [Fact]
    public async Task Inbox_CannotBeRenamedOrRemoved()
    {
        var inbox = await MailboxIdAsync("Inbox");

        var answer = await CallAsync("Mailbox/set", $$$"""
            "update":{"{{{inbox}}}":{"name":"Outbox"}},"destroy":["{{{inbox}}}"]
            """);

        Assert.Equal("forbidden", (string)answer["notUpdated"]![inbox]!["type"]!);
        Assert.Equal("forbidden", (string)answer["notDestroyed"]![inbox]!["type"]!);
    }
}
