using MailKit;
using Tests.Unit.Webmail.Servers;

namespace Tests.Unit.Webmail.Index;

/// <summary>A message keeps its id wherever it goes and whoever moves it.</summary>
public abstract class StableIdTests<TServer>(IndexWebmail<TServer> webmail) : IndexTest<TServer>(webmail)
    where TServer : IImapServer
{
    [Fact]
    public async Task Id_MessageMovedByUs_Stays()
    {
        await AppendAsync("one");
        await FolderAsync("Archive");
        var id = Assert.Single(await InboxAsync());
        var archive = await MailboxIdAsync("Archive");
        var blob = (string)(await EmailAsync(id, """["blobId"]"""))["blobId"]!;

        var answer = await CallAsync("Email/set", $$$"""
            "update":{"{{{id}}}":{"mailboxIds":{"{{{archive}}}":true} } }
            """);

        Assert.True(answer["updated"]!.AsObject().ContainsKey(id), answer.ToJsonString());
        Assert.Empty(await InboxAsync());
        var email = await EmailAsync(id, """["mailboxIds","blobId"]""");
        Assert.Equal([archive], email["mailboxIds"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(blob, (string)email["blobId"]!);
        Assert.Equal(1, (await OpenAsync("Archive")).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Keywords_ChangedJustBeforeAMove_Go(bool byAnotherProgram)
    {
        var uid = await AppendAsync("one");
        await FolderAsync("Archive");
        var id = Assert.Single(await InboxAsync());
        var archive = await MailboxIdAsync("Archive");
        if (byAnotherProgram)
        {
            await (await OpenAsync("INBOX")).StoreAsync(uid, new StoreFlagsRequest(StoreAction.Add, MessageFlags.Flagged | MessageFlags.Seen), Cancelled);
        }

        var keywords = byAnotherProgram ? "" : "\"keywords/$flagged\":true,\"keywords/$seen\":true,";
        await CallAsync("Email/set", $$$"""
            "update":{"{{{id}}}":{ {{{keywords}}}"mailboxIds":{"{{{archive}}}":true} } }
            """);

        var email = await EmailAsync(id, """["keywords","mailboxIds"]""");
        Assert.Equal([archive], email["mailboxIds"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(["$flagged", "$seen"], email["keywords"]!.AsObject().Select(pair => pair.Key).Order());
    }

    [Theory]
    [InlineData("source")]
    [InlineData("target")]
    [InlineData("both")]
    public async Task Id_MessageMovedByAnotherProgram_StaysWhicheverMailboxIsLookedAtFirst(string first)
    {
        var uid = await AppendAsync("one");
        var target = await FolderAsync("Archive");
        var id = Assert.Single(await InboxAsync());
        var archive = await MailboxIdAsync("Archive");
        var state = (string)(await CallAsync("Email/get", "\"ids\":[]"))["state"]!;

        await (await OpenAsync("INBOX")).MoveToAsync(uid, target, Cancelled);

        if (first == "source")
        {
            Assert.Empty(await InboxAsync());
        }

        if (first == "both")
        {
            var changes = await CallAsync("Email/changes", $"\"sinceState\":\"{state}\"");
            Assert.Empty(Ids(changes["destroyed"]));
            Assert.Equal([id], Ids(changes["updated"]).Concat(Ids(changes["created"])));
        }

        var found = await CallAsync("Email/query", $$"""
            "filter":{"inMailbox":"{{archive}}"}
            """, backend: 1);
        Assert.Equal([id], Ids(found["ids"]));
        Assert.Empty(await InboxAsync());
    }

    [Fact]
    public async Task Id_MailboxRenamedByAnotherProgram_Stays()
    {
        await AppendAsync("one", "Old");
        var before = await MailboxIdAsync("Old");
        var found = await CallAsync("Email/query", $$"""
            "filter":{"inMailbox":"{{before}}"}
            """);

        var folder = await FolderAsync("Old");
        await folder.StatusAsync(StatusItems.UidValidity, Cancelled);
        var validity = folder.UidValidity;
        await folder.RenameAsync(Other.GetFolder(Other.PersonalNamespaces[0]), "New", Cancelled);

        var after = await MailboxIdAsync("New");
        await folder.StatusAsync(StatusItems.UidValidity, Cancelled);
        // A server that changes UIDVALIDITY, as Courier does, says that it is another mailbox (RFC 3501 §6.3.5).
        Assert.Equal(validity == folder.UidValidity, before == after);
        var again = await CallAsync("Email/query", $$"""
            "filter":{"inMailbox":"{{after}}"}
            """);
        Assert.Equal(Ids(found["ids"]), Ids(again["ids"]));
    }

    [Fact]
    public async Task Copy_OfAnIndexedMessage_IsAnotherEmailInTheSameThread()
    {
        var uid = await AppendAsync("one");
        var target = await FolderAsync("Archive");
        var id = Assert.Single(await InboxAsync());

        await (await OpenAsync("INBOX")).CopyToAsync(uid, target, Cancelled);

        var copy = Assert.Single(Ids((await CallAsync("Email/query", $$"""
            "filter":{"inMailbox":"{{await MailboxIdAsync("Archive")}}"}
            """))["ids"]));
        Assert.NotEqual(id, copy);
        Assert.Equal([id], await InboxAsync());
        Assert.Equal((string)(await EmailAsync(id))["threadId"]!, (string)(await EmailAsync(copy))["threadId"]!);
    }

    [Fact]
    public async Task Index_ThrownAway_IsMadeAnew()
    {
        await AppendAsync("one");
        await AppendAsync("two", minute: 1);
        await InboxAsync();

        await Database.ScalarAsync<long>("WITH gone AS (DELETE FROM mail_index RETURNING 1) SELECT count(*) FROM gone", Cancelled);

        var ids = await InboxAsync(backend: 1);
        Assert.Equal(["two", "one"], await Task.WhenAll(ids.Select(async id => (string)(await EmailAsync(id))["subject"]!)));
    }
}
