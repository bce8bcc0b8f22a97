using Tests.Unit.Webmail.Outbox;
using Tests.Unit.Webmail.Sieve;
using Webmail.Mail.Seams;
using Webmail.Mail.Writing;
using Webmail.Web.Drafts;
using Webmail.Web.Journal;

namespace Tests.Unit.Webmail.Drafts;

/// <summary>One draft is one message in the mailbox, whatever dies and whoever else writes there.</summary>
public sealed class WritingTests(PostgresServer server, DovecotServer dovecot) : DraftTest(server, dovecot)
{
    [Fact]
    public async Task Write_ChangedOften_IsOneMessageWithTheNewestText()
    {
        await Backend.Writer.StartAsync(Cancelled);
        await Another().Writer.StartAsync(Cancelled);
        var id = (string)(await CreateAsync("version 1", moreOfEmail: Attached(await UploadAsync("a file"))))["id"]!;
        for (var version = 1; version < 8; version++)
        {
            await HurryAsync();
            Assert.Null(await UpdateAsync(id, version, Email($"version {version + 1}")));
        }

        await SettleAsync();

        Assert.Contains("version 8", Assert.Single(await ListAsync("Drafts")).Text, StringComparison.Ordinal);
        var draft = await GetAsync(id);
        Assert.Equal(8, (int)draft["writtenVersion"]!);
        Assert.False((bool)draft["changedElsewhere"]!);
        Assert.Single((await Backend.CallAsync(Alice, "Email/get", $"\"ids\":[\"{draft["emailId"]}\"]"))["list"]!.AsArray());
        Assert.Equal(0L, await Database.ScalarAsync<long>("SELECT count(*) FROM draft WHERE sealed_credentials IS NOT NULL", Cancelled));
    }

    [Fact]
    public async Task Write_WithAttachment_IsInTheMessage()
    {
        await Backend.Writer.StartAsync(Cancelled);
        await CreateAsync("one", moreOfEmail: Attached(await UploadAsync("a file")));

        await SettleAsync();

        var text = Assert.Single(await ListAsync("Drafts")).Text;
        Assert.Contains("YSBmaWxl", text, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/pdf", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_WriterDiedBeforeItBegan_AnotherBackendWrites()
    {
        await CreateAsync("one");
        await ClaimAsync();
        await Another().Writer.StartAsync(Cancelled);

        await UntilAsync(async () => await CountAsync("Drafts") == 1, "the message");
    }

    [Fact]
    public async Task Write_WriterDiedAfterAppending_IsOneMessage()
    {
        var id = (string)(await CreateAsync("one"))["id"]!;
        await AppendAsync(await ClaimAsync(), 1, "one");
        await LapseDraftsAsync();
        await Another().Writer.StartAsync(Cancelled);

        await UntilAsync(async () => (int)(await GetAsync(id))["writtenVersion"]! == 1, "the message to be recorded");

        Assert.Single(await ListAsync("Drafts"));
    }

    [Fact]
    public async Task Write_WriterDiedBetweenAppendAndExpunge_OldMessageGoes()
    {
        await Backend.Writer.StartAsync(Cancelled);
        var id = (string)(await CreateAsync("one"))["id"]!;
        await SettleAsync();
        await Backend.Writer.StopAsync(Cancelled);
        await UpdateAsync(id, 1, Email("two"));
        var item = await ClaimAsync();
        await Backend.Service<DraftLeases>().RecordAsync(item, 2, await AppendAsync(item, 2, "two"), Cancelled);
        Assert.Equal(2, await CountAsync("Drafts"));
        await LapseDraftsAsync();

        await Another().Writer.StartAsync(Cancelled);
        await UntilAsync(async () => await CountAsync("Drafts") == 1, "the old message to go");

        Assert.Contains("two", Assert.Single(await ListAsync("Drafts")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_FrozenWriterAppendsLate_ItsMessageGoesToo()
    {
        var id = (string)(await CreateAsync("one"))["id"]!;
        var frozen = await ClaimAsync();
        await LapseDraftsAsync();
        var other = Another();
        await UpdateAsync(id, 1, Email("two"));
        await HurryAsync();
        await other.Writer.StartAsync(Cancelled);
        await UntilAsync(async () => await Database.ScalarAsync<bool>("SELECT written = 2 AND leased_until IS NULL FROM draft", Cancelled), "the message");

        var late = await AppendAsync(frozen, 1, "one");
        Assert.False(await Backend.Service<DraftLeases>().RecordAsync(frozen, 1, late, Cancelled));
        Assert.Equal(2, await CountAsync("Drafts"));
        // As if the time were over in which the frozen one may still write.
        await RunSqlAsync("UPDATE draft SET doubt_until = now()");
        await SettleAsync();

        Assert.Contains("two", Assert.Single(await ListAsync("Drafts")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Discard_Written_TakesTheMessageAway()
    {
        await Backend.Writer.StartAsync(Cancelled);
        var id = (string)(await CreateAsync("one"))["id"]!;
        await SettleAsync();

        Assert.Null(await DestroyAsync(id, 1));
        await SettleAsync();

        Assert.Empty(await ListAsync("Drafts"));
    }

    [Fact]
    public async Task Create_GoesOnWithAMessage_ReplacesIt()
    {
        await Backend.Writer.StartAsync(Cancelled);
        var email = await Backend.DraftAsync(Alice);
        var more = $",\"replacesEmailId\":\"{email}\"";

        var made = await CreateAsync("goes on", more);
        var second = (await Backend.CallAsync(Alice, "Draft/set", $$$"""
            "create":{"d":{{{{Email("goes on too")}}}{{{more}}} } }
            """))["notCreated"]!["d"]!;
        await SettleAsync();

        Assert.Equal(("alreadyExists", (string)made["id"]!), ((string)second["type"]!, (string)second["existingId"]!));
        Assert.Contains("goes on", Assert.Single(await ListAsync("Drafts")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_RemovedByAnotherClient_SaysSoAndLosesNothing()
    {
        await Backend.Writer.StartAsync(Cancelled);
        var id = (string)(await CreateAsync("one"))["id"]!;
        await SettleAsync();
        var state = (string)(await Backend.CallAsync(Alice, "Draft/get", "\"ids\":[]"))["state"]!;

        await RemoveElsewhereAsync();

        Assert.Equal(id, (string)Assert.Single((await Backend.CallAsync(Alice, "Draft/changes", $"\"sinceState\":\"{state}\""))["updated"]!.AsArray())!);
        var draft = await GetAsync(id);
        Assert.Equal((true, "one"), ((bool)draft["changedElsewhere"]!, TextOf(draft)));
        Assert.Empty(await ListAsync("Drafts"));

        Assert.Null(await UpdateAsync(id, 1, Email("two")));
        Assert.Null(await UpdateAsync(id, 2, "\"changedElsewhere\":false"));
        await SettleAsync();
        Assert.False((bool)(await GetAsync(id))["changedElsewhere"]!);
        Assert.Single(await ListAsync("Drafts"));
    }

    [Fact]
    public async Task Write_ChangedByAnotherClient_BothMessagesStay()
    {
        await Backend.Writer.StartAsync(Cancelled);
        var id = (string)(await CreateAsync("one"))["id"]!;
        await SettleAsync();
        await EditElsewhereAsync("of another client");

        await UpdateAsync(id, 1, Email("two"));
        await SettleAsync();

        Assert.True((bool)(await GetAsync(id))["changedElsewhere"]!);
        var texts = (await ListAsync("Drafts")).Select(message => message.Text).ToArray();
        Assert.Equal(2, texts.Length);
        Assert.Contains(texts, text => text.Contains("of another client", StringComparison.Ordinal));
        Assert.Contains(texts, text => text.Contains("two", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Write_PasswordWasChanged_GoesOnAfterSignIn()
    {
        await Backend.Writer.StartAsync(Cancelled);
        var wrong = new Credentials(Alice.Username, "wrong");
        var id = (string)(await Backend.CallAsync(wrong, "Draft/set", $$$"""
            "create":{"d":{{{{Email("one")}}} } }
            """))["created"]!["d"]!["id"]!;
        await HurryAsync();
        await UntilAsync(async () => (bool)(await GetAsync(id))["needsSignIn"]!, "the password to be refused");

        await Backend.Service<DraftStore>().SignedInAsync(AccountId.Of(Alice.Username), Alice, Cancelled);
        await SettleAsync();

        Assert.Single(await ListAsync("Drafts"));
    }

    [Fact]
    public void VersionOf_ForeignBytes_IsNone()
    {
        var token = Guid.NewGuid();
        var own = System.Text.Encoding.ASCII.GetBytes($"{DraftMark.Field}: {new DraftMark(token, 3).ValueFor("rest"u8)}\r\nrest");

        Assert.Equal(3, DraftMark.VersionOf(token, own));
        Assert.Null(DraftMark.VersionOf(token, [.. own, (byte)'x']));
        Assert.Null(DraftMark.VersionOf(Guid.NewGuid(), own));
        Assert.Null(DraftMark.VersionOf(token, "X-Webmail-Draft: \r\n"u8));
        Assert.Null(DraftMark.VersionOf(token, default));
    }
}
