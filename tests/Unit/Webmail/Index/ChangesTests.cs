using MailKit;
using Tests.Unit.Webmail.Servers;

namespace Tests.Unit.Webmail.Index;

/// <summary>Foo/changes and queryChanges tell what any program has done, once and completely.</summary>
public abstract class ChangesTests<TServer>(IndexWebmail<TServer> webmail) : IndexTest<TServer>(webmail)
    where TServer : IImapServer
{
    [Fact]
    public async Task EmailChanges_MessagesArriveAreMarkedAndRemoved_AreEachInTheirList()
    {
        var marked = await AppendAsync("marked");
        var removed = await AppendAsync("removed", minute: 1);
        var before = await InboxAsync();
        var state = await EmailStateAsync();

        await AppendAsync("new", minute: 2);
        var folder = await OpenAsync("INBOX");
        await folder.StoreAsync(marked, new StoreFlagsRequest(StoreAction.Add, MessageFlags.Flagged), Cancelled);
        await folder.StoreAsync(removed, new StoreFlagsRequest(StoreAction.Add, MessageFlags.Deleted), Cancelled);
        await folder.ExpungeAsync([removed], Cancelled);
        var changes = await CallAsync("Email/changes", $"\"sinceState\":\"{state}\"", backend: 1);

        var after = await InboxAsync();
        Assert.Equal([after[0]], Ids(changes["created"]));
        Assert.Equal([before[1]], Ids(changes["updated"]));
        Assert.Equal([before[0]], Ids(changes["destroyed"]));
        Assert.False((bool)changes["hasMoreChanges"]!);
        Assert.True((bool)(await EmailAsync(before[1]))["keywords"]!["$flagged"]!);
        Assert.Equal(await EmailStateAsync(), (string)changes["newState"]!);
    }

    [Fact]
    public async Task EmailChanges_InSteps_TellEachIdOnce()
    {
        await InboxAsync();
        var state = await EmailStateAsync();
        for (var i = 0; i < 7; i++)
        {
            await AppendAsync($"message {i}", minute: i);
        }

        var created = new List<string>();
        bool more;
        do
        {
            var changes = await CallAsync("Email/changes", $"\"sinceState\":\"{state}\",\"maxChanges\":3");
            created.AddRange(Ids(changes["created"]));
            (state, more) = ((string)changes["newState"]!, (bool)changes["hasMoreChanges"]!);
        }
        while (more);

        Assert.Equal((await InboxAsync()).Order(), created.Order());
        Assert.Equal(7, created.Count);
    }

    [Fact]
    public async Task MailboxChanges_MessageArrives_TellOnlyCounts()
    {
        await AppendAsync("one");
        await InboxAsync();
        var state = (string)(await CallAsync("Mailbox/get", "\"ids\":null"))["state"]!;

        await AppendAsync("two");
        var changes = await CallAsync("Mailbox/changes", $"\"sinceState\":\"{state}\"");

        Assert.Equal([await MailboxIdAsync("Inbox")], Ids(changes["updated"]));
        Assert.Contains("totalEmails", Ids(changes["updatedProperties"]));
        Assert.Equal(2, (int)(await MailboxesAsync())["Inbox"]["totalEmails"]!);
    }

    [Fact]
    public async Task MailboxChanges_MailboxesMadeAndRemoved_TellThem()
    {
        // Where UIDVALIDITY is made of seconds, only this tells it from the fresh one.
        await AppendAsync("one", "Gone");
        var gone = await FolderAsync("Gone");
        var id = await MailboxIdAsync("Gone");
        var state = (string)(await CallAsync("Mailbox/get", "\"ids\":null"))["state"]!;

        await gone.DeleteAsync(Cancelled);
        await FolderAsync("Fresh");
        var changes = await CallAsync("Mailbox/changes", $"\"sinceState\":\"{state}\"");

        Assert.Equal([id], Ids(changes["destroyed"]));
        Assert.Equal([await MailboxIdAsync("Fresh")], Ids(changes["created"]));
    }

    [Fact]
    public async Task ThreadChanges_AnswerArrives_TellTheConversation()
    {
        await AppendAsync("question", messageId: "q@example.test");
        var thread = (string)(await EmailAsync(Assert.Single(await InboxAsync())))["threadId"]!;
        var state = await EmailStateAsync();

        await AppendAsync("Re: question", references: ["q@example.test"], minute: 1);
        var changes = await CallAsync("Thread/changes", $"\"sinceState\":\"{state}\"");

        Assert.Equal([thread], Ids(changes["updated"]));
        var emails = (await CallAsync("Thread/get", $"\"ids\":[\"{thread}\"]"))["list"]![0]!["emailIds"];
        Assert.Equal((await InboxAsync()).Reverse(), Ids(emails));
    }

    [Fact]
    public async Task QueryChanges_MessagesComeAndGo_LeadFromTheOldResultsToTheNew()
    {
        for (var i = 0; i < 6; i++)
        {
            await AppendAsync($"message {i}", minute: 10 * i, flags: i % 2 == 0 ? MessageFlags.None : MessageFlags.Seen);
        }

        var query = $$"""
            "filter":{"operator":"AND","conditions":[{"inMailbox":"{{await MailboxIdAsync("Inbox")}}"},{"notKeyword":"$seen"}]},"sort":[{"property":"receivedAt","isAscending":false}]
            """;
        var before = await CallAsync("Email/query", query);
        Assert.True((bool)before["canCalculateChanges"]!);

        var folder = await OpenAsync("INBOX");
        var uids = await folder.SearchAsync(MailKit.Search.SearchQuery.All, Cancelled);
        await folder.StoreAsync(uids[2], new StoreFlagsRequest(StoreAction.Add, MessageFlags.Seen), Cancelled);
        await folder.StoreAsync(uids[3], new StoreFlagsRequest(StoreAction.Remove, MessageFlags.Seen), Cancelled);
        await folder.StoreAsync(uids[0], new StoreFlagsRequest(StoreAction.Add, MessageFlags.Deleted), Cancelled);
        await folder.ExpungeAsync([uids[0]], Cancelled);
        await AppendAsync("late", minute: 25);
        var changes = await CallAsync("Email/queryChanges", $"{query},\"sinceQueryState\":\"{before["queryState"]}\"");

        var ids = Ids(before["ids"]).Except(Ids(changes["removed"])).ToList();
        foreach (var item in changes["added"]!.AsArray())
        {
            ids.Insert((int)item!["index"]!, (string)item["id"]!);
        }

        Assert.Equal(Ids((await CallAsync("Email/query", query))["ids"]), ids);
    }

    [Fact]
    public async Task Changes_SinceAStateNobodyGave_AreNotCalculated()
    {
        await InboxAsync();

        Assert.Equal("cannotCalculateChanges", await ErrorAsync("Email/changes", "\"sinceState\":\"999999\""));
        Assert.Equal("cannotCalculateChanges", await ErrorAsync("Email/changes", "\"sinceState\":\"x\""));
    }

    private async Task<string> EmailStateAsync() => (string)(await CallAsync("Email/get", "\"ids\":[]"))["state"]!;
}
