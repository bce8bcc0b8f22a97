using MailKit;
using MailKit.Search;
using Tests.Unit.Webmail.Index;
using Tests.Unit.Webmail.Servers;
using Tests.Unit.Webmail.Sieve;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Writing;

namespace Tests.Unit.Webmail.Emails;

/// <summary>Two connections move the same message: the other is faster, by the time between our look and our command.</summary>
public abstract class RaceTests<TServer>(IndexWebmail<TServer> webmail) : IndexTest<TServer>(webmail)
    where TServer : IImapServer
{
    private static readonly string[] Moving = [" UID MOVE ", " UID COPY "];
    private static readonly string[] Storing = [" UID STORE "];

    [Fact]
    public async Task Move_SomebodyElseIsFaster_IsNotRefused()
    {
        var email = await AppendedAsync();
        using var gate = OpenGate();
        using var pool = Pool(gate);
        gate.Before = Faster(Moving);

        await MoveAsync(pool, email, new TestJournal());

        await AssertMovedOnceAsync();
    }

    [Fact]
    public async Task Move_TheDeadBackendsCommandIsFaster_IsDoneOnceAndSaysWhere()
    {
        var email = await AppendedAsync();
        using var gate = OpenGate();
        using var pool = Pool(gate);
        var journal = new TestJournal();
        gate.Before = When(Moving, () =>
        {
            gate.Cut();
            return Task.CompletedTask;
        });
        await Assert.ThrowsAsync<MailUnavailableException>(() => MoveAsync(pool, email, journal));

        gate.Before = Faster(Moving);
        gate.Open();
        using var another = Pool(gate);
        var moved = await MoveAsync(another, email, journal.InDoubt());

        Assert.Equal(await AssertMovedOnceAsync(), moved!.Uid);
    }

    [Fact]
    public async Task Destroy_SomebodyElseMovesItFaster_IsNotRefused()
    {
        var email = await AppendedAsync();
        using var gate = OpenGate();
        using var pool = Pool(gate);
        gate.Before = Faster(Storing);

        await new EmailWriter(pool).DestroyAsync(Request(new TestJournal()), email, Cancelled);

        await AssertMovedOnceAsync();
    }

    /// <summary>As after a request of ours whose answer was lost.</summary>
    [Fact]
    public async Task Update_ItLiesThereAlready_IsDoneAndKeepsItsId()
    {
        await AppendedAsync();
        var id = Assert.Single(await InboxAsync());
        var archive = await MailboxIdAsync("Archive");
        await Other.Inbox.MoveToAsync(UniqueIdRange.All, await FolderAsync("Archive"), Cancelled);

        var answer = await CallAsync("Email/set", $$$"""
            "update":{"{{{id}}}":{"mailboxIds":{"{{{archive}}}":true},"keywords/$flagged":true} }
            """);

        Assert.True(answer["updated"]?.AsObject().ContainsKey(id), answer.ToJsonString());
        var email = await EmailAsync(id);
        Assert.Equal([archive], email["mailboxIds"]!.AsObject().Select(pair => pair.Key));
        Assert.True((bool?)email["keywords"]!["$flagged"]);
        await AssertMovedOnceAsync();
    }

    /// <summary>Also where the server tells nobody which flags have changed, and all have been read just before.</summary>
    [Fact]
    public async Task Update_TwoMarksOneAfterTheOther_AreBothSeen()
    {
        await AppendedAsync();
        var id = Assert.Single(await InboxAsync());
        foreach (var isFlagged in (bool[])[true, false, true])
        {
            await CallAsync("Email/set", $$$"""
                "update":{"{{{id}}}":{"keywords/$flagged":{{{(isFlagged ? "true" : "null")}}}} }
                """);

            Assert.Equal(isFlagged, (bool?)(await EmailAsync(id))["keywords"]!["$flagged"] ?? false);
        }
    }

    private async Task<EmailId> AppendedAsync()
    {
        await FolderAsync("Archive");
        var uid = await AppendAsync("raced", messageId: "raced@example.test");
        await OpenAsync("INBOX");
        return new EmailId(1, new MailboxId(1, "INBOX"), uid.Validity, uid.Id);
    }

    private MailGate OpenGate()
    {
        var gate = new MailGate(Imap);
        gate.Open();
        return gate;
    }

    private static ImapPool Pool(MailGate gate) => new(new OneMailServer(gate.Options), new ImapOptions(), TimeProvider.System);

    private MailAccount Request(TestJournal journal) => new(Account, User, journal, journal, TimeProvider.System);

    private async Task<WrittenEmail?> MoveAsync(ImapPool pool, EmailId email, TestJournal journal) => await new EmailWriter(pool).MoveAsync(
        Request(journal), email, "raced@example.test", new MailboxId(2, (await FolderAsync("Archive")).FullName), Cancelled);

    /// <summary>Before the webmail's command is heard, the other moves the message.</summary>
    private Func<string, Task> Faster(string[] commands) =>
        When(commands, async () => await Other.Inbox.MoveToAsync(UniqueIdRange.All, await FolderAsync("Archive"), Cancelled));

    /// <summary>Once, at the first of these commands.</summary>
    private static Func<string, Task> When(string[] commands, Func<Task> act)
    {
        var done = 0;
        return said => commands.Any(command => said.Contains(command, StringComparison.Ordinal)) && Interlocked.Exchange(ref done, 1) == 0 ? act() : Task.CompletedTask;
    }

    /// <summary>The message lies in the archive and nowhere else; its UID there.</summary>
    private async Task<uint> AssertMovedOnceAsync()
    {
        await Other.Inbox.CheckAsync(Cancelled);
        Assert.Empty(await Other.Inbox.SearchAsync(SearchQuery.All, Cancelled));
        return Assert.Single(await (await OpenAsync("Archive")).SearchAsync(SearchQuery.All, Cancelled)).Id;
    }
}
