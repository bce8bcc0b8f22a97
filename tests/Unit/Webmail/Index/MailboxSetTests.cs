using Tests.Unit.Webmail.Sieve;

namespace Tests.Unit.Webmail.Index;

/// <summary>Mailbox/set: folders are made, renamed, moved and removed on the mail server.</summary>
public sealed class MailboxSetTests(PostgresServer postgres, DovecotServer dovecot) : IndexTest(postgres, dovecot)
{
    [Fact]
    public async Task Mailbox_MadeInAnotherRenamedMovedAndRemoved_IsSoOnTheServer()
    {
        var made = await CallAsync("Mailbox/set", """
            "create":{"a":{"name":"Projects"},"b":{"name":"Grüße & co","parentId":"#a"}}
            """);
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
