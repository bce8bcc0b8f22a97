using System.Net;
using System.Text.Json.Nodes;
using MailKit;
using Tests.Unit.Webmail.Sieve;

namespace Tests.Unit.Webmail.Push;

/// <summary>Push by EventSource (RFC 8620 §7.3).</summary>
public sealed class PushStreamTests(PostgresServer postgres, DovecotServer dovecot) : PushTest(postgres, dovecot)
{
    [Fact]
    public async Task Stream_MessageArrives_IsToldOnEveryBackend()
    {
        using var first = await FollowAsync(0);
        using var second = await OpenAsync(1);

        await AppendAsync();

        foreach (var told in new[] { await first.ChangeAsync(), await second.ChangeAsync() })
        {
            Assert.Equal("state", told.Name);
            Assert.Equal("StateChange", (string)told.Data["@type"]!);
            Assert.Equal(["Mailbox", "Email", "Thread"], told.Types);
        }
    }

    [Fact]
    public async Task Stream_StateTold_LeadsMethodsToTheChange()
    {
        using var stream = await FollowAsync();
        var state = await EmailStateAsync();
        await AppendAsync();

        string[] created = [];
        while (created.Length == 0)
        {
            await stream.ChangeAsync();
            var changes = await CallAsync("Email/changes", new JsonObject { ["sinceState"] = state });
            (state, created) = ((string)changes["newState"]!, [.. changes["created"]!.AsArray().Select(id => (string)id!)]);
        }

        var found = await CallAsync("Email/query", new JsonObject { ["filter"] = new JsonObject() });
        Assert.Equal(created, found["ids"]!.AsArray().Select(id => (string)id!));
    }

    [Fact]
    public async Task Stream_NothingChangesAnyMore_HasToldTheStateThatMethodsAnswer()
    {
        using var stream = await FollowAsync();
        await AppendAsync();

        string told;
        do
        {
            told = (string)(await stream.ChangeAsync()).Data["changed"]![Account]!["Email"]!;
        }
        while (told != await EmailStateAsync());

        Assert.Equal(told, (string)(await CallAsync("Mailbox/get", new JsonObject { ["ids"] = null }))["state"]!);
    }

    [Theory]
    [InlineData("arrives elsewhere")]
    [InlineData("is marked")]
    [InlineData("is marked elsewhere")]
    [InlineData("is removed")]
    [InlineData("gets a mailbox")]
    public async Task Stream_WhateverAnotherProgramDoes_IsTold(string what)
    {
        var elsewhere = await FolderAsync("Elsewhere");
        var here = await AppendAsync();
        var there = await AppendAsync(elsewhere);
        using var stream = await FollowAsync();

        switch (what)
        {
            case "arrives elsewhere":
                await AppendAsync(elsewhere);
                break;
            case "is marked":
                await FlagAsync(Other.Inbox, here, MessageFlags.Flagged);
                break;
            case "is marked elsewhere":
                await FlagAsync(elsewhere, there, MessageFlags.Seen);
                break;
            case "is removed":
                await FlagAsync(Other.Inbox, here, MessageFlags.Deleted);
                await Other.Inbox.ExpungeAsync(Cancelled);
                break;
            default:
                await FolderAsync("Fresh");
                break;
        }

        Assert.Contains("Mailbox", (await stream.ChangeAsync()).Types);
    }

    [Fact]
    public async Task Stream_ContactsAndSubmissionsChange_TellsTheTypesItWasAskedFor()
    {
        await CallAsync("AddressBook/get", new JsonObject { ["ids"] = null });
        await SqlAsync($"INSERT INTO outbox_account VALUES ('{Account}', 1, 0)");
        using var contacts = await OpenAsync(1, "ContactCard,Nonsense");
        using var submissions = await OpenAsync(0, "EmailSubmission,AddressBook");

        await CallAsync("AddressBook/set", new JsonObject { ["create"] = new JsonObject { ["b"] = new JsonObject { ["name"] = "More" } } });
        var books = await submissions.ChangeAsync();
        await SqlAsync("UPDATE outbox_account SET modified = 2");
        var submission = await submissions.ChangeAsync();
        var book = (await CallAsync("AddressBook/get", new JsonObject { ["ids"] = null }))["list"]![0]!["id"]!;
        await CallAsync("ContactCard/set", new JsonObject
        {
            ["create"] = new JsonObject { ["c"] = new JsonObject { ["addressBookIds"] = new JsonObject { [(string)book!] = true }, ["name"] = new JsonObject { ["full"] = "Ann" } } },
        });

        Assert.Equal(["AddressBook"], books.Types);
        Assert.Equal(["EmailSubmission"], submission.Types);
        Assert.Equal(["ContactCard"], (await contacts.ChangeAsync()).Types);
    }

    [Fact]
    public async Task LastEventId_SomethingChangedMeanwhile_IsToldAtOnceOnAnyBackend()
    {
        var stream = await FollowAsync();
        await AppendAsync();
        var before = (await stream.ChangeAsync()).Id;
        stream.Dispose();
        using var other = await OpenAsync(1);
        await AppendAsync();
        var after = (await other.ChangeAsync()).Id;

        using var again = await OpenAsync(1, closeAfter: "state", lastEventId: before);

        Assert.Equal(before, again.LastEventId);
        Assert.Equal(after, (await again.ChangeAsync()).Id);
        Assert.Null(await again.NextAsync());
    }

    [Fact]
    public async Task LastEventId_BeforeTheFirstEvent_IsThere()
    {
        using var stream = await OpenAsync();

        Assert.Matches("^[0-9]+(-[0-9]+){5}$", stream.LastEventId);
        Assert.NotNull(stream.RetryMilliseconds);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("1-2-3")]
    [InlineData("-1--1--1--1")]
    [InlineData("99999999999999999999-0-0-0")]
    public async Task LastEventId_NotOurs_TellsEverything(string id)
    {
        using var stream = await OpenAsync(closeAfter: "state", lastEventId: id);

        Assert.Contains("ContactCard", (await stream.ChangeAsync()).Types);
    }

    [Fact]
    public async Task Ping_NothingHappens_ComesWithoutAnId()
    {
        using var stream = await OpenAsync(types: "ContactCard", ping: 1);

        var ping = await stream.NextAsync();

        Assert.Equal("ping", ping!.Name);
        Assert.Null(ping.Id);
        Assert.Equal(5, (int)ping.Data["interval"]!);
    }

    [Fact]
    public async Task SignOut_OnAnotherBackend_EndsTheStream()
    {
        using var stream = await OpenAsync(0, ping: 300);

        (await SendAsync(1, HttpMethod.Delete, "/session")).Dispose();

        StreamEvent? last;
        while ((last = await stream.NextAsync()) is not null)
        {
            Assert.Equal("state", last.Name);
        }
    }

    [Fact]
    public async Task Headers_OfAStream_KeepItFromCaches()
    {
        using var stream = await OpenAsync();

        Assert.Equal("text/event-stream", stream.Answer.Content.Headers.ContentType!.MediaType);
        Assert.True(stream.Answer.Headers.CacheControl!.NoStore);
    }

    [Theory]
    [InlineData("closeafter=no&ping=30")]
    [InlineData("types=*&closeafter=never&ping=30")]
    [InlineData("types=*&closeafter=no&ping=-1")]
    [InlineData("types=*&closeafter=no")]
    public async Task Query_ThatIsWrong_IsRefused(string query)
    {
        using var answer = await AnswerAsync(0, query);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Streams_MoreThanAnAccountMayHave_AreRefusedUntilOneEnds()
    {
        var streams = new List<EventStream>();
        for (var i = 0; i < 32; i++)
        {
            streams.Add(await OpenAsync(types: "ContactCard"));
        }

        using var refused = await AnswerAsync(0, "types=*&closeafter=no&ping=30");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);

        streams.ForEach(stream => stream.Dispose());
        await UntilAsync(
            async () =>
            {
                using var answer = await AnswerAsync(0, "types=*&closeafter=no&ping=30");
                return answer.StatusCode == HttpStatusCode.OK;
            },
            "room");
    }

    private static async Task FlagAsync(IMailFolder folder, UniqueId message, MessageFlags flag)
    {
        await folder.OpenAsync(FolderAccess.ReadWrite, Cancelled);
        await folder.StoreAsync(message, new StoreFlagsRequest(StoreAction.Add, flag), Cancelled);
    }

    private async Task<string> EmailStateAsync() => (string)(await CallAsync("Email/get", new JsonObject { ["ids"] = new JsonArray() }))["state"]!;

    private async Task SqlAsync(string sql)
    {
        await using var command = Database.Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
