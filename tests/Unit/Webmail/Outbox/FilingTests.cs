using MailKit;
using Tests.Unit.Webmail.Servers;

namespace Tests.Unit.Webmail.Outbox;

/// <summary>What lies in the sender's mailboxes afterwards: one copy in Sent, or a draft again.</summary>
public abstract class FilingTests(PostgresServer postgres, IImapServer imap) : OutboxTest(postgres, imap)
{
    [Fact]
    public async Task Submit_NobodyFilesIt_IsSentOnceAndFiledOnce()
    {
        await Backend.Executor.StartAsync(Cancelled);
        var made = await Backend.SubmitAsync(Alice, await Backend.DraftAsync(Alice));
        var id = (string)made["id"]!;
        await UntilStateAsync(id, "filed");

        Assert.Equal("pending", (string?)made["undoStatus"]);
        var taken = Assert.Single(Smtp.Taken);
        Assert.DoesNotContain("secret@", taken, StringComparison.Ordinal);
        var (_, flags, copy) = Assert.Single(await ListAsync("Sent"));
        Assert.Equal(MessageFlags.Seen, flags & ~MessageFlags.Recent);
        Assert.Contains("secret@", copy, StringComparison.Ordinal);
        var submission = await Backend.SubmissionAsync(Alice, id);
        Assert.Equal("final", (string?)submission["undoStatus"]);
        Assert.Equal("250 2.0.0 queued as 1", (string?)submission["deliveryStatus"]!["secret@example.test"]!["smtpReply"]);
        Assert.Null(submission["problem"]);
    }

    [Fact]
    public async Task Submit_MovedToSentOnSuccess_HasOneCopyThere()
    {
        await Backend.Executor.StartAsync(Cancelled);

        var id = await Backend.SubmitAndMoveAsync(Alice, await Backend.DraftAsync(Alice));
        await UntilStateAsync(id, "filed");

        Assert.Single(Smtp.Taken);
        Assert.Equal((1, 0), (await CountAsync("Sent"), await CountAsync("Drafts")));
    }

    [Theory]
    [InlineData(nameof(SmtpScript.RefuseRecipient), "550 5.1.1 nobody of that name")]
    [InlineData(nameof(SmtpScript.RefuseMessage), "554 5.6.0 not this")]
    public async Task Submit_Refused_SaysSoAndIsADraftAgain(string script, string reply)
    {
        Smtp.Script = Enum.Parse<SmtpScript>(script);
        await Backend.Executor.StartAsync(Cancelled);

        var id = await Backend.SubmitAndMoveAsync(Alice, await Backend.DraftAsync(Alice));
        await UntilDoneAsync(id);

        var submission = await Backend.SubmissionAsync(Alice, id);
        Assert.Equal("refused", (string?)submission["outboxState"]);
        Assert.Equal("no", (string?)submission["deliveryStatus"]!["bob@example.test"]!["delivered"]);
        Assert.Equal(reply, (string?)submission["deliveryStatus"]!["bob@example.test"]!["smtpReply"]);
        Assert.Contains(reply[10..], (string?)submission["problem"], StringComparison.Ordinal);
        Assert.Empty(await ListAsync("Sent"));
        var (_, flags, _) = Assert.Single(await ListAsync("Drafts"));
        Assert.True(flags.HasFlag(MessageFlags.Draft));
        var draft = await Backend.CallAsync(Alice, "Email/get", $$"""
            "ids":["{{submission["draftEmailId"]}}"],"properties":["subject"]
            """);
        Assert.Equal("a subject", (string?)draft["list"]![0]!["subject"]);
    }

    [Fact]
    public async Task Uncertain_GivenUp_IsOutOfSentAndADraftAgain()
    {
        Smtp.Script = SmtpScript.LoseAndCut;
        await Backend.Executor.StartAsync(Cancelled);
        var id = await Backend.SubmitAndMoveAsync(Alice, await Backend.DraftAsync(Alice));
        await UntilStateAsync(id, "uncertain");

        Assert.Null(await Backend.UpdateAsync(Alice, id, """{"outboxState":"withdrawn"}"""));
        await UntilDoneAsync(id);

        Assert.Equal((1, 0), (await CountAsync("Drafts"), await CountAsync("Sent")));
    }
}
