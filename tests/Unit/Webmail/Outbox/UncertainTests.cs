using System.Text.RegularExpressions;
using Tests.Unit.Webmail.Sieve;

namespace Tests.Unit.Webmail.Outbox;

/// <summary>A message was sent and not confirmed: it is never sent again by itself, and there are three ways out.</summary>
public sealed class UncertainTests(PostgresServer server, DovecotServer dovecot) : OutboxTest(server, dovecot)
{
    private readonly DovecotServer _dovecot = dovecot;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Submit_CutAfterTheEnd_IsUncertainAndNotSentAgain(bool taken)
    {
        var id = await UncertainAsync(taken);
        // As if all the time in which evidence is looked for had passed.
        for (var check = 0; check < 5; check++)
        {
            await RunSqlAsync("UPDATE outbox SET due = now() WHERE due IS NOT NULL");
            await UntilAsync(async () => await Database.ScalarAsync<bool>("SELECT due IS NULL OR due > now() FROM outbox", Cancelled), "a check");
        }

        await UntilDoneAsync(id);
        var submission = await Backend.SubmissionAsync(Alice, id);
        Assert.Equal("uncertain", (string?)submission["outboxState"]);
        Assert.Equal("final", (string?)submission["undoStatus"]);
        Assert.Contains("did not confirm", (string?)submission["problem"], StringComparison.Ordinal);
        Assert.Equal("unknown", (string?)submission["deliveryStatus"]!["bob@example.test"]!["delivered"]);
        Assert.Equal(1, Smtp.Ended);
    }

    [Fact]
    public async Task Uncertain_SentAgain_HasTheSameMessageId()
    {
        var id = await UncertainAsync(taken: true);

        Assert.Null(await Backend.UpdateAsync(Alice, id, """{"outboxState":"held"}"""));
        await UntilStateAsync(id, "filed");

        Assert.Equal(2, Smtp.Taken.Count);
        Assert.Single(Smtp.Taken.Select(message => Regex.Match(message, "^message-id:.*$", RegexOptions.IgnoreCase | RegexOptions.Multiline).Value).Distinct());
        Assert.Equal(1, await CountAsync("Sent"));
    }

    [Fact]
    public async Task Uncertain_ACopyCameThroughTheMailServer_IsFiled()
    {
        var id = await UncertainAsync(taken: true);
        _dovecot.Deliver(Alice, Alice.Username, "Received: from here by there; Thu, 1 Jan 2026 00:00:00 +0000\r\n" + Smtp.Taken[0]);

        Assert.Null(await Backend.UpdateAsync(Alice, id, """{"outboxState":"uncertain"}"""));
        await UntilStateAsync(id, "filed");

        Assert.Equal(1, Smtp.Ended);
        Assert.Equal(1, await CountAsync("Sent"));
    }

    [Fact]
    public async Task Uncertain_ServerFiledItItself_IsFiledOnce()
    {
        var id = await UncertainAsync(taken: true, moves: false);
        await AppendAsync(Smtp.Taken[0]);

        Assert.Null(await Backend.UpdateAsync(Alice, id, """{"outboxState":"uncertain"}"""));
        await UntilStateAsync(id, "filed");

        Assert.Equal(1, await CountAsync("Sent"));
    }

    [Fact]
    public async Task Uncertain_OnlyTheClientsOwnCopyInSent_StaysUncertain()
    {
        var id = await UncertainAsync(taken: false);

        Assert.Null(await Backend.UpdateAsync(Alice, id, """{"outboxState":"uncertain"}"""));
        await UntilAsync(async () => await Database.ScalarAsync<bool>("SELECT failures > 0 FROM outbox", Cancelled), "a check");

        Assert.Equal(1, await CountAsync("Sent"));
        Assert.Equal("uncertain", (string?)(await Backend.SubmissionAsync(Alice, id))["outboxState"]);
    }

    [Theory]
    [InlineData("held")]
    [InlineData("uncertain")]
    [InlineData("withdrawn")]
    public async Task Filed_WaysOutOfDoubt_AreRefused(string state)
    {
        await Backend.Executor.StartAsync(Cancelled);
        var id = (string)(await Backend.SubmitAsync(Alice, await Backend.DraftAsync(Alice)))["id"]!;
        await UntilStateAsync(id, "filed");

        Assert.Equal("invalidProperties", (string?)(await Backend.UpdateAsync(Alice, id, $$"""{"outboxState":"{{state}}"}"""))!["type"]);
    }

    private async Task<string> UncertainAsync(bool taken, bool moves = true)
    {
        Smtp.Script = taken ? SmtpScript.TakeAndCut : SmtpScript.LoseAndCut;
        await Backend.Executor.StartAsync(Cancelled);
        var draft = await Backend.DraftAsync(Alice);
        var id = moves ? await Backend.SubmitAndMoveAsync(Alice, draft) : (string)(await Backend.SubmitAsync(Alice, draft))["id"]!;
        await UntilStateAsync(id, "uncertain");
        Smtp.Script = SmtpScript.Take;
        return id;
    }

    private async Task AppendAsync(string message)
    {
        var copies = Backend.Service<global::Webmail.Mail.Sending.MessageCopies>();
        var id = Regex.Match(message, "^message-id: <(.*)>", RegexOptions.IgnoreCase | RegexOptions.Multiline).Groups[1].Value;
        await copies.FileAsync(Alice, id, _ => Task.FromResult(System.Text.Encoding.ASCII.GetBytes(message)), Cancelled);
    }
}
