using Tests.Unit.Webmail.Sieve;
using Webmail.Mail.Sending;
using Webmail.Web.Leases;
using Webmail.Web.Outbox;

namespace Tests.Unit.Webmail.Outbox;

/// <summary>An executor dies in the middle of each step, and another one goes on.</summary>
public sealed class DyingTests(PostgresServer server, DovecotServer dovecot) : OutboxTest(server, dovecot)
{
    private OutboxLeases Leases => Backend.Service<OutboxLeases>();

    [Fact]
    public async Task Claimed_OwnerDies_AnotherSendsIt()
    {
        var id = await SubmitAsync();
        Assert.Equal(OutboxState.Sending, (await ClaimAsync()).State);
        Assert.Null(await Leases.ClaimAsync(Cancelled));

        await LapseAsync();
        await Another().Executor.StartAsync(Cancelled);
        await UntilStateAsync(id, "filed");

        Assert.Single(Smtp.Taken);
    }

    [Fact]
    public async Task Claimed_OwnerWasOnlySlow_CannotSendAnyMore()
    {
        await SubmitAsync();
        var slow = await ClaimAsync();
        await LapseAsync();
        var other = await ClaimAsync();

        Assert.False(await Leases.LeaveAsync(slow, Cancelled));
        Assert.False(await Leases.RenewAsync(slow, Cancelled));
        Assert.True(await Leases.RenewAsync(other, Cancelled));
        Assert.True(await Leases.LeaveAsync(other, Cancelled));
    }

    [Fact]
    public async Task Leaving_LeaseLapsedBefore_CannotSendAnyMore()
    {
        await SubmitAsync();
        var slow = await ClaimAsync();
        await LapseAsync();

        Assert.False(await Leases.LeaveAsync(slow, Cancelled));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Left_OwnerDies_IsUncertainAndNeverSentByItself(bool taken)
    {
        var id = await SubmitAsync();
        await LeaveAsync(taken);

        await LapseAsync();
        await Another().Executor.StartAsync(Cancelled);
        await UntilAsync(async () => await Database.ScalarAsync<bool>("SELECT failures > 0 FROM outbox", Cancelled), "a look for evidence");

        var submission = await Backend.SubmissionAsync(Alice, id);
        Assert.Equal("uncertain", (string?)submission["outboxState"]);
        Assert.Contains("may have been sent", (string?)submission["problem"], StringComparison.Ordinal);
        Assert.Equal(taken ? 1 : 0, Smtp.Taken.Count);
    }

    [Fact]
    public async Task Left_OwnerWasOnlySlow_WhatItLearnsCounts()
    {
        var id = await SubmitAsync();
        var slow = await LeaveAsync(taken: true);
        await LapseAsync();
        var checking = await ClaimAsync();
        Assert.Equal(OutboxState.Uncertain, checking.State);

        Assert.True(await Leases.AcceptAsync(slow, "250 ok", Cancelled));
        await Backend.Executor.StartAsync(Cancelled);
        await UntilStateAsync(id, "filed");

        Assert.Single(Smtp.Taken);
        Assert.Equal(1, await CountAsync("Sent"));
    }

    [Fact]
    public async Task Left_GivenUpMeanwhile_WhatTheSlowOwnerLearnsDoesNotBringItBack()
    {
        var id = await SubmitAsync();
        var slow = await LeaveAsync(taken: true);
        await LapseAsync();
        await ClaimAsync();
        Assert.Null(await Backend.UpdateAsync(Alice, id, """{"outboxState":"withdrawn"}"""));

        Assert.False(await Leases.AcceptAsync(slow, "250 ok", Cancelled));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Accepted_OwnerDiesWhileFiling_IsFiledOnce(bool appended)
    {
        var id = await SubmitAsync();
        await Leases.AcceptAsync(await LeaveAsync(taken: true), "250 ok", Cancelled);
        var filing = await ClaimAsync();
        Assert.Equal(OutboxState.Accepted, filing.State);
        if (appended)
        {
            await FileAsync(filing);
        }

        await LapseAsync();
        await Another().Executor.StartAsync(Cancelled);
        await UntilStateAsync(id, "filed");

        Assert.Equal(1, await CountAsync("Sent"));
    }

    [Fact]
    public async Task Accepted_TwoFileAtTheSameTime_OneCopyIsLeft()
    {
        await SubmitAsync();
        await Leases.AcceptAsync(await LeaveAsync(taken: true), "250 ok", Cancelled);
        var filing = await ClaimAsync();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => FileAsync(filing)));

        Assert.Equal(1, await CountAsync("Sent"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refused_OwnerDiesWhilePuttingItBack_IsOneDraft(bool returned)
    {
        var id = await Backend.SubmitAndMoveAsync(Alice, await Backend.DraftAsync(Alice));
        await Leases.RefuseAsync(await ClaimAsync(), "550 no", "No.", Cancelled);
        var returning = await ClaimAsync();
        Assert.Equal(OutboxState.Refused, returning.State);
        if (returned)
        {
            await Backend.Service<MessageCopies>().ReturnAsync(Alice, returning.MessageId, async token => await Leases.ContentAsync(returning, token), Cancelled);
        }

        await LapseAsync();
        await Another().Executor.StartAsync(Cancelled);
        await UntilDoneAsync(id);

        Assert.Equal((1, 0), (await CountAsync("Drafts"), await CountAsync("Sent")));
    }

    [Fact]
    public async Task Request_DiesBeforeItsDraftIsMoved_TheCopyIsFiledAfterAWhile()
    {
        var id = await SubmitAsync();
        // What the request does between its two effects.
        await RunSqlAsync("UPDATE outbox SET file_at = now() + interval '60 seconds'");
        await Backend.Executor.StartAsync(Cancelled);
        await UntilStateAsync(id, "accepted");
        Assert.Equal(0, await CountAsync("Sent"));

        await RunSqlAsync("UPDATE outbox SET file_at = now(), due = now()");
        await UntilStateAsync(id, "filed");

        Assert.Equal(1, await CountAsync("Sent"));
    }

    [Fact]
    public async Task Executor_StopsWhileTheMessageLeaves_SeesItToItsEnd()
    {
        Smtp.Script = SmtpScript.TakeSlowly;
        await Backend.Executor.StartAsync(Cancelled);
        var id = await SubmitAsync();
        await UntilAsync(() => Task.FromResult(Smtp.Taken.Count == 1), "the message to be taken");

        var stopping = Backend.Executor.StopAsync(Cancelled);
        Smtp.Answer.SetResult();
        await stopping;

        Assert.Equal("accepted", (string?)(await Backend.SubmissionAsync(Alice, id))["outboxState"]);
    }

    [Fact]
    public async Task Executor_MailServerIsSlow_KeepsItsLease()
    {
        Smtp.Script = SmtpScript.TakeSlowly;
        await Backend.Executor.StartAsync(Cancelled);
        await Another().Executor.StartAsync(Cancelled);
        var id = await SubmitAsync();
        await UntilAsync(() => Task.FromResult(Smtp.Taken.Count == 1), "the message to be taken");
        var first = await LeasedUntilAsync();

        await UntilAsync(async () => await LeasedUntilAsync() > first + (2 * Lease.Lasts), "the lease to be renewed");
        var state = (string?)(await Backend.SubmissionAsync(Alice, id))["outboxState"];
        Smtp.Answer.SetResult();
        await UntilStateAsync(id, "filed");

        Assert.Equal("leaving", state);
        Assert.Equal(1, await Database.ScalarAsync<long>("SELECT left_attempt FROM outbox", Cancelled));
    }

    private Task<DateTime> LeasedUntilAsync() => Database.ScalarAsync<DateTime>("SELECT coalesce(leased_until, '-infinity') FROM outbox", Cancelled);

    private async Task<string> SubmitAsync() => (string)(await Backend.SubmitAsync(Alice, await Backend.DraftAsync(Alice)))["id"]!;

    private async Task<OutboxItem> ClaimAsync()
    {
        var item = await Leases.ClaimAsync(Cancelled);
        Assert.NotNull(item);
        return item;
    }

    /// <summary>As far as an owner gets that dies with the message at the door.</summary>
    private async Task<OutboxItem> LeaveAsync(bool taken)
    {
        var item = await ClaimAsync();
        if (taken)
        {
            var result = await Backend.Service<Submitter>().SubmitAsync(
                Alice, await Leases.ContentAsync(item, Cancelled), item.Envelope, async token => await Leases.LeaveAsync(item, token), Cancelled);
            Assert.Equal(SubmissionEnd.Accepted, result.End);
        }
        else
        {
            Assert.True(await Leases.LeaveAsync(item, Cancelled));
        }

        return item;
    }

    private Task FileAsync(OutboxItem item) =>
        Backend.Service<MessageCopies>().FileAsync(Alice, item.MessageId, async token => await Leases.ContentAsync(item, token), Cancelled);
}
