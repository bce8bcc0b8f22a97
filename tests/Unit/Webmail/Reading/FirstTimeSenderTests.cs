using System.Text.Json.Nodes;
using Tests.Unit.Webmail.Index;
using Tests.Unit.Webmail.Sieve;
using MailKit;
using MimeKit;

namespace Tests.Unit.Webmail.Reading;

/// <summary>Who writes for the first time.</summary>
public sealed class FirstTimeSenderTests(IndexWebmail<DovecotServer> webmail) : IndexTest<DovecotServer>(webmail)
{
    private const string Ann = "ann@example.test";

    [Fact]
    public async Task Hints_OfTheFirstMessage_SayThatNobodyKnowsItsSender()
    {
        await ArriveAsync(Ann, minute: 1);
        await ArriveAsync("Ann@Example.test", minute: 2);
        await ArriveAsync("joann@example.test", minute: 3);
        await ArriveAsync(User.Username, minute: 4);

        Assert.Equal([null, "joann@example.test", null, Ann], await FirstTimesAsync());
    }

    [Fact]
    public async Task Hints_OfSomebodyWrittenTo_SayNothing()
    {
        await ArriveAsync(User.Username, "Sent", to: ["bob@example.test", "ANN@example.test"]);
        await ArriveAsync(Ann, minute: 1);
        await ArriveAsync("nn@example.test", minute: 2);

        Assert.Equal(["nn@example.test", null], await FirstTimesAsync());
    }

    [Theory]
    [InlineData("Junk", Ann)]
    [InlineData("Trash", null)]
    [InlineData("Archive", null)]
    public async Task Hints_AfterAMessageElsewhere_DependOnWhatItIsFor(string mailbox, string? expected)
    {
        await ArriveAsync(Ann, mailbox);
        await ArriveAsync(Ann, minute: 1);

        Assert.Equal([expected], await FirstTimesAsync());
    }

    /// <summary>What is not known whole may hold an earlier message.</summary>
    [Fact]
    public async Task Hints_WhileTheIndexIsIncomplete_SayNothing()
    {
        await ArriveAsync(Ann, minute: 1);
        await ArriveAsync("bob@example.test", "Archive");
        Assert.Equal([Ann], await FirstTimesAsync());
        await using var command = Database.Source.CreateCommand("UPDATE mailbox SET seen_from_uid = 2 WHERE account = $1 AND name LIKE '%Archive'");
        command.Parameters.AddWithValue(Account);
        Assert.Equal(1, await command.ExecuteNonQueryAsync(Cancelled));

        Assert.Equal([null], await HintsAsync(await InboxAsync()));
    }

    [Fact]
    public async Task Hints_OfAnAddressWithoutEnd_AreGiven()
    {
        await ArriveAsync($"{new string('a', 3000)}@example.test", minute: 1);

        Assert.NotNull(Assert.Single(await FirstTimesAsync()));
    }

    /// <summary>Of the messages in the inbox, newest first, after all mailboxes were looked into.</summary>
    private async Task<string?[]> FirstTimesAsync()
    {
        await CallAsync("Email/query", "\"limit\":1");
        return await HintsAsync(await InboxAsync());
    }

    private async Task<string?[]> HintsAsync(string[] ids)
    {
        var list = (await CallAsync("Email/get", $"\"ids\":{new JsonArray([.. ids.Select(id => (JsonNode)id)]).ToJsonString()},\"properties\":[\"spoofHints\"]"))["list"]!.AsArray();
        return [.. ids.Select(id => (string?)list.Single(email => (string)email!["id"]! == id)!["spoofHints"]!.AsArray()
            .SingleOrDefault(hint => (string)hint!["type"]! == "firstTimeSender")?["value"])];
    }

    private async Task ArriveAsync(string from, string mailbox = "INBOX", string[]? to = null, int minute = 0)
    {
        using var message = Message($"from {from}");
        message.From.Clear();
        message.From.Add(new MailboxAddress(null, from));
        message.To.AddRange((to ?? []).Select(address => new MailboxAddress(null, address)));
        var at = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).AddMinutes(minute);
        await (await FolderAsync(mailbox)).AppendAsync(new AppendRequest(message, MessageFlags.None, at), Cancelled);
    }
}
