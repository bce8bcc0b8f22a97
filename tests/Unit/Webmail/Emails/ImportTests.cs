using MailKit;
using Tests.Unit.Webmail.Index;
using Tests.Unit.Webmail.Servers;
using Tests.Unit.Webmail.Sieve;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Writing;

namespace Tests.Unit.Webmail.Emails;

/// <summary>Email/import puts messages where they are wanted, each exactly once, whatever dies.</summary>
public abstract class ImportTests<TServer>(IndexWebmail<TServer> webmail) : IndexTest<TServer>(webmail)
    where TServer : IImapServer
{
    [Fact]
    public async Task Import_OfAnUpload_LiesInTheMailboxAsItWas()
    {
        var blob = await UploadAsync(Mails.Bytes(Mails.Rich()));

        var answer = await ImportAsync($$"""
            "a":{{await WantedAsync(blob, ""","keywords":{"$seen":true,"mine":true},"receivedAt":"2020-05-06T07:08:09Z" """)}}
            """);

        var made = answer["created"]!["a"]!;
        var email = await EmailAsync((string)made["id"]!, """["subject","keywords","receivedAt","blobId","threadId","size"]""");
        Assert.Equal(("rich", "2020-05-06T07:08:09Z"), ((string)email["subject"]!, (string)email["receivedAt"]!));
        Assert.Equal(["$seen", "mine"], email["keywords"]!.AsObject().Select(pair => pair.Key));
        foreach (var property in (string[])["blobId", "threadId", "size"])
        {
            Assert.Equal(email[property]!.ToJsonString(), made[property]!.ToJsonString());
        }

        Assert.NotEqual((string)answer["oldState"]!, (string)answer["newState"]!);
        Assert.Null(answer["notCreated"]);
    }

    [Fact]
    public async Task Import_OfAMessageInAMessage_IsReceivedWhenItSays()
    {
        using var outer = Mails.Rich();
        await (await FolderAsync("INBOX")).AppendAsync(new AppendRequest(outer), Cancelled);
        var id = Assert.Single(await InboxAsync());
        var attached = (await EmailAsync(id, """["attachments"]"""))["attachments"]!.AsArray().Single(part => (string)part!["type"]! == "message/rfc822")!;

        var answer = await ImportAsync($"\"a\":{await WantedAsync((string)attached["blobId"]!)},\"b\":{await WantedAsync($"b-{id}")}");

        var inner = await EmailAsync((string)answer["created"]!["a"]!["id"]!);
        Assert.Equal(("inner", "2026-02-01T10:00:00Z"), ((string)inner["subject"]!, (string)inner["receivedAt"]!));
        Assert.Equal("rich", (string)(await EmailAsync((string)answer["created"]!["b"]!["id"]!))["subject"]!);
    }

    [Fact]
    public async Task Import_OfTheSameTwice_MakesTwo()
    {
        var blob = await UploadAsync(Mails.Bytes(Mails.Plain("twice")));

        var answer = await ImportAsync($"\"a\":{await WantedAsync(blob)},\"b\":{await WantedAsync(blob)}");

        Assert.Equal(2, (await InboxAsync()).Length);
        Assert.NotEqual((string)answer["created"]!["a"]!["id"]!, (string)answer["created"]!["b"]!["id"]!);
    }

    [Fact]
    public async Task Import_ThatIsWrong_IsRefusedAlone()
    {
        var (noMessage, many) = (await UploadAsync([0xff, 0xfe, 0, 1, 2]), await UploadAsync(Mails.ManyParts()));
        var good = await UploadAsync(Mails.Bytes(Mails.Plain("good")));

        var answer = await ImportAsync(
            $$$"""
            "none":{{{await WantedAsync("u00000000000000000000000000000000")}}},"noMessage":{{{await WantedAsync(noMessage)}}},"many":{{{await WantedAsync(many)}}},
            "nowhere":{"blobId":"{{{good}}}","mailboxIds":{"m999999":true}},"unknown":{{{await WantedAsync(good, ""","size":1""")}}},"good":{{{await WantedAsync(good)}}}
            """);

        var refused = answer["notCreated"]!.AsObject().ToDictionary(pair => pair.Key, pair => (string)pair.Value!["type"]!);
        Assert.Equal(
            [("none", "invalidProperties"), ("noMessage", "invalidEmail"), ("many", "invalidEmail"), ("nowhere", "invalidProperties"), ("unknown", "invalidProperties")],
            refused.Select(pair => (pair.Key, pair.Value)));
        Assert.Equal("good", Assert.Single(answer["created"]!.AsObject()).Key);
        Assert.Equal("stateMismatch", await ErrorAsync("Email/import", "\"ifInState\":\"x\",\"emails\":{}"));
    }

    [Fact]
    public async Task Import_OfMoreThanInOneSet_IsRefused() => Assert.Equal(
        "requestTooLarge", await ErrorAsync("Email/import", $"\"emails\":{{{string.Join(',', Enumerable.Range(0, 501).Select(i => $"\"c{i}\":null"))}}}"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Import_InDoubt_IsThereOnce(bool arrived)
    {
        using var message = Mails.Plain("doubtful");
        // The same message lies there already, and is none of ours.
        var folder = await OpenAsync("INBOX");
        await folder.AppendAsync(new AppendRequest(message), Cancelled);
        using var pool = new ImapPool(new OneMailServer(Imap), new ImapOptions(), TimeProvider.System);
        var writer = new EmailWriter(pool);
        var journal = new TestJournal();
        var first = await WriteAsync(journal);
        if (!arrived)
        {
            await folder.CheckAsync(Cancelled);
            await folder.StoreAsync(new UniqueId(first!.Uid), new StoreFlagsRequest(StoreAction.Add, MessageFlags.Deleted), Cancelled);
            await folder.ExpungeAsync(Cancelled);
        }

        var second = await WriteAsync(journal.InDoubt());
        var third = await WriteAsync(journal.Replay());

        Assert.Equal(arrived, first!.Uid == second!.Uid);
        Assert.Equal(first, third);
        Assert.Equal(2, (await InboxAsync()).Length);

        async Task<WrittenEmail?> WriteAsync(TestJournal journal)
        {
            var account = new MailAccount(Account, User, journal, journal, TimeProvider.System);
            var mailbox = new MailboxId(1, "INBOX");
            var end = await writer.EndAsync(account, mailbox, Cancelled);
            var email = new ImportedEmail(mailbox, [], null, DateTimeOffset.UnixEpoch, Mails.Bytes(message), null);
            return await writer.ImportAsync(account, email, end, Cancelled);
        }
    }

    [Fact]
    public async Task Copy_HasNoOtherAccount()
    {
        Assert.Equal("invalidArguments", await ErrorAsync("Email/copy", $"\"fromAccountId\":\"{Account}\",\"create\":{{}}"));
        Assert.Equal("invalidArguments", await ErrorAsync("Email/copy", "\"create\":{}"));
        Assert.Equal("fromAccountNotFound", await ErrorAsync("Email/copy", "\"fromAccountId\":\"a0\",\"create\":{}"));
    }

    private Task<System.Text.Json.Nodes.JsonObject> ImportAsync(string emails) => CallAsync("Email/import", $"\"emails\":{{{emails}}}");

    private async Task<string> WantedAsync(string blob, string more = "") =>
        $$$"""{"blobId":"{{{blob}}}","mailboxIds":{"{{{await MailboxIdAsync("Inbox")}}}":true}{{{more}}}}""";
}
