using Tests.Unit.Webmail.Sieve;
using Webmail.Web.Journal;
using Webmail.Web.Outbox;

namespace Tests.Unit.Webmail.Outbox;

/// <summary>A message is sent: what its sender sees, what the mail server gets, and what lies in his mailboxes.</summary>
public sealed class SendingTests(PostgresServer server, DovecotServer dovecot) : OutboxTest(server, dovecot)
{
    private readonly DovecotServer _dovecot = dovecot;

    [Theory]
    [InlineData("")]
    [InlineData(",\"submissionKey\":\"once\"")]
    public async Task Submit_TenTimesOnTwoBackends_IsOneMessage(string key)
    {
        OutboxBackend[] backends = [Backend, Another()];
        await Task.WhenAll(backends.Select(backend => backend.Executor.StartAsync(Cancelled)));
        var draft = await Backend.DraftAsync(Alice);

        var made = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => backends[i % 2].SubmitAsync(Alice, draft, key)));
        var id = (string)made[0]["id"]!;
        await UntilStateAsync(id, "filed");
        var late = await Backend.SubmitAsync(Alice, draft, key);

        Assert.All(made.Append(late), one => Assert.Equal(id, (string)one["id"]!));
        Assert.Single(Smtp.Taken);
        Assert.Equal(1, await CountAsync("Sent"));
    }

    [Fact]
    public async Task Submit_SameKeyForACopyOfTheDraft_IsTheFirstMessage()
    {
        await Backend.Executor.StartAsync(Cancelled);
        var (first, second) = (await Backend.DraftAsync(Alice), await Backend.DraftAsync(Alice));

        var made = await Backend.SubmitAsync(Alice, first, ",\"submissionKey\":\"k\"");
        var again = await Backend.SubmitAsync(Alice, second, ",\"submissionKey\":\"k\"");
        await UntilStateAsync((string)made["id"]!, "filed");

        Assert.Equal((string)made["id"]!, (string)again["id"]!);
        Assert.Equal(first, (string)again["emailId"]!);
        Assert.Single(Smtp.Taken);
    }

    [Fact]
    public async Task Submit_AnsweredByADeadBackend_IsAnsweredTheSameByAnother()
    {
        var journal = new TestJournal();
        var draft = await Backend.DraftAsync(Alice);
        var made = await Backend.SubmitAsync(Alice, draft, journal: journal);

        var other = Another();
        Assert.Equal(made.ToJsonString(), (await other.SubmitAsync(Alice, draft, journal: journal.InDoubt())).ToJsonString());
        Assert.Equal(made.ToJsonString(), (await other.SubmitAsync(Alice, draft, journal: journal.Replay())).ToJsonString());

        Assert.Equal(1, await Database.ScalarAsync<long>("SELECT count(*) FROM outbox", Cancelled));
    }

    [Theory]
    [InlineData(nameof(SmtpScript.RefuseRecipientNow))]
    [InlineData(nameof(SmtpScript.CutBeforeMessage))]
    [InlineData(nameof(SmtpScript.CutWithinMessage))]
    public async Task Submit_SurelyNotTaken_WaitsAndIsSentOnceLater(string script)
    {
        // More than fits into the buffers between us and the server, so that its end is not on its way yet.
        const int Lines = 800_000;
        Smtp.Script = Enum.Parse<SmtpScript>(script);
        await Backend.Executor.StartAsync(Cancelled);
        var draft = await Backend.DraftAsync(Alice, Smtp.Script == SmtpScript.CutWithinMessage ? Lines : 1);
        var id = (string)(await Backend.SubmitAsync(Alice, draft))["id"]!;
        await UntilAsync(async () => (await Backend.SubmissionAsync(Alice, id))["problem"] is not null, "a problem");

        var waiting = await Backend.SubmissionAsync(Alice, id);
        Smtp.Script = SmtpScript.Take;
        Assert.Null(await Backend.UpdateAsync(Alice, id, """{"outboxState":"held"}"""));
        await UntilStateAsync(id, "filed");

        Assert.Equal("held", (string?)waiting["outboxState"]);
        Assert.Equal("pending", (string?)waiting["undoStatus"]);
        Assert.NotNull(waiting["nextAttemptAt"]);
        Assert.Single(Smtp.Taken);
    }

    [Fact]
    public async Task Submit_ServerDownForADay_GivesUpAndIsADraftAgain()
    {
        Smtp.Dispose();
        var id = (string)(await Backend.SubmitAsync(Alice, await Backend.DraftAsync(Alice)))["id"]!;
        await RunSqlAsync("UPDATE outbox SET send_at = send_at - interval '25 hours'");

        await Backend.Executor.StartAsync(Cancelled);
        await UntilDoneAsync(id);

        var submission = await Backend.SubmissionAsync(Alice, id);
        Assert.Equal("refused", (string?)submission["outboxState"]);
        Assert.Contains("24 hours", (string?)submission["problem"], StringComparison.Ordinal);
        Assert.Equal((1, 0), (await CountAsync("Drafts"), await CountAsync("Sent")));
    }

    [Fact]
    public async Task Submit_PasswordWorksNoLonger_WaitsForTheNextSignIn()
    {
        Smtp.Script = SmtpScript.RefuseLogin;
        await Backend.Executor.StartAsync(Cancelled);
        var id = (string)(await Backend.SubmitAsync(Alice, await Backend.DraftAsync(Alice)))["id"]!;
        await UntilAsync(async () => (bool)(await Backend.SubmissionAsync(Alice, id))["needsSignIn"]!, "the password to be refused");

        Assert.Contains("sign in again", (string?)(await Backend.SubmissionAsync(Alice, id))["problem"], StringComparison.Ordinal);
        Smtp.Script = SmtpScript.Take;
        await Backend.Service<OutboxStore>().SignedInAsync(AccountId.Of(Alice.Username), Alice, Cancelled);
        await UntilStateAsync(id, "filed");

        Assert.Single(Smtp.Taken);
    }

    [Fact]
    public async Task Submit_SealedUnderAnotherKey_WaitsForTheNextSignIn()
    {
        var id = (string)(await Backend.SubmitAsync(Alice, await Backend.DraftAsync(Alice)))["id"]!;
        await RunSqlAsync("UPDATE outbox SET sealed_credentials = set_byte(sealed_credentials, 20, 255 - get_byte(sealed_credentials, 20))");

        await Backend.Executor.StartAsync(Cancelled);
        await UntilAsync(async () => (bool)(await Backend.SubmissionAsync(Alice, id))["needsSignIn"]!, "the seal to be broken");

        Assert.Empty(Smtp.Taken);
    }

    [Fact]
    public async Task Submit_DoneWith_KeepsNeitherMessageNorPassword()
    {
        await Backend.Executor.StartAsync(Cancelled);
        await UntilStateAsync((string)(await Backend.SubmitAsync(Alice, await Backend.DraftAsync(Alice)))["id"]!, "filed");

        Assert.True(await Database.ScalarAsync<bool>("SELECT content IS NULL AND sealed_credentials IS NULL FROM outbox", Cancelled));
    }

    [Fact]
    public async Task Submit_WithoutMessageId_GetsOne()
    {
        await Backend.DraftAsync(Alice);
        _dovecot.Deliver(Alice, "x@example.test", $"From: {Alice.Username}\r\nTo: bob@example.test\r\nSubject: bare\r\n\r\ntext\r\n");
        var found = await Backend.CallAsync(Alice, "Email/query", $"\"filter\":{{\"inMailbox\":\"{await Backend.MailboxIdAsync(Alice, "Inbox")}\"}}");
        await Backend.Executor.StartAsync(Cancelled);

        await UntilStateAsync((string)(await Backend.SubmitAsync(Alice, (string)found["ids"]![0]!))["id"]!, "filed");

        var (messageId, _, _) = Assert.Single(await ListAsync("Sent"));
        Assert.Contains($"Message-Id: <{messageId}>", Assert.Single(Smtp.Taken), StringComparison.OrdinalIgnoreCase);
    }
}
