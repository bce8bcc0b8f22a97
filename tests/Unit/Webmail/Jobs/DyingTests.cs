using System.Text.Json.Nodes;
using MailKit;
using Tests.Unit.Webmail.Servers;
using Webmail.Mail.Ids;
using Webmail.Mail.Writing;
using Webmail.Web.Index;
using Webmail.Web.Jobs;

namespace Tests.Unit.Webmail.Jobs;

/// <summary>An executor dies at each instant of a step, and another goes on: nothing is done twice, and the counts are exact.</summary>
public abstract class DyingTests(PostgresServer postgres, IImapServer imap) : JobTest(postgres, imap)
{
    private protected const int Count = 5;

    [Theory]
    [InlineData("begun")]
    [InlineData("asked")]
    [InlineData("indexed")]
    [InlineData("settled")]
    public async Task Move_OwnerDies_EachMessageIsMovedOnce(string instant)
    {
        await FillAsync("INBOX", Count);
        var (inbox, archive) = (await IndexAsync("INBOX"), await IndexAsync("Archive"));
        var job = await CreateAsync(Move(archive, Selection(inbox)));

        var (item, batch) = await BeginAsync();
        var (source, target) = (await MailboxAsync(inbox), await MailboxAsync(archive));
        uint[] uids = [.. batch.Rows.Select(row => row.Uid)];
        if (instant != "begun")
        {
            var places = await Backend.Service<BatchWriter>().MoveAsync(Alice, source.MailboxId, source.Mark.Validity, uids, target.MailboxId, Cancelled);
            if (instant != "asked")
            {
                MovedEmail[] moved = [.. batch.Rows.Select(row => new MovedEmail(row.Email, row.Uid, places[row.Uid]))];
                await Backend.Service<IndexSync>().ChangeAsync(Account, changes => DoneRows.MoveAsync(changes, source.Id, target.Id, moved), Cancelled);
            }

            if (instant == "settled")
            {
                Assert.Equal(Count, await Leases.SettleMovedAsync(item, Cancelled));
            }
        }

        await AssertMovedOnceAsync(job);
    }

    [Theory]
    [InlineData("begun")]
    [InlineData("noted")]
    [InlineData("set")]
    [InlineData("asked")]
    public async Task SetKeywords_OwnerDies_UndoIsExact(string instant)
    {
        await FillAsync("INBOX", Count, number => number % 2 == 0 ? MessageFlags.Flagged : MessageFlags.Seen);
        var before = await FlagsAsync("INBOX");
        var inbox = await IndexAsync("INBOX");
        var job = await CreateAsync(Mark("""{"$seen":true,"$flagged":null}""", Selection(inbox)));

        var (item, batch) = await BeginAsync();
        var mailbox = await MailboxAsync(inbox);
        var batches = Backend.Service<BatchWriter>();
        uint[] uids = [.. batch.Rows.Select(row => row.Uid)];
        if (instant != "begun")
        {
            var found = (await batches.LookAsync(Alice, mailbox.MailboxId, mailbox.Mark.Validity, uids, Cancelled))!.ToDictionary(one => one.Uid);
            await Leases.NoteAsync(item, [.. batch.Rows.Select(row => KeywordMark.Of(row, batch, found[row.Uid]).Row)], Cancelled);
            if (instant != "noted")
            {
                await batches.MarkAsync(Alice, mailbox.MailboxId, mailbox.Mark.Validity, uids, true, batch.Set, 0, Cancelled);
            }

            if (instant == "asked")
            {
                await batches.MarkAsync(Alice, mailbox.MailboxId, mailbox.Mark.Validity, uids, false, batch.Clear, 0, Cancelled);
            }
        }

        var done = await AnotherGoesOnAsync(job);
        Assert.Equal((5, 3, 2, 0), Counts(done));
        Assert.All(await FlagsAsync("INBOX"), one => Assert.Equal("Seen", one.Flags));
        Assert.Equal((3, 3, 0, 0), Counts(await UndoAsync(done)));
        Assert.Equal(before, await FlagsAsync("INBOX"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Empty_OwnerDies_CountsAreExact(bool asked)
    {
        await FillAsync("Trash", Count);
        var trash = await IndexAsync("Trash");
        var job = await CreateAsync($"\"action\":\"empty\",{Selection(trash)}");

        var (_, batch) = await BeginAsync();
        var mailbox = await MailboxAsync(trash);
        if (asked)
        {
            await Backend.Service<BatchWriter>().DestroyAsync(Alice, mailbox.MailboxId, mailbox.Mark.Validity, [.. batch.Rows.Select(row => row.Uid)], Cancelled);
        }

        Assert.Equal((Count, Count, 0, 0), Counts(await AnotherGoesOnAsync(job)));
        Assert.Equal("", await NumbersAsync("Trash"));
        Assert.Equal(0, await IndexedAsync(trash));
    }

    [Fact]
    public async Task Move_OwnerWasOnlySlow_CanNoteNothingAnyMore()
    {
        await FillAsync("INBOX", Count);
        var (inbox, archive) = (await IndexAsync("INBOX"), await IndexAsync("Archive"));
        await CreateAsync(Move(archive, Selection(inbox)));
        var (slow, batch) = await BeginAsync();
        Assert.Null(await Leases.ClaimAsync(Cancelled));
        await LapseJobsAsync();
        var other = await Leases.ClaimAsync(Cancelled);

        Assert.False(await Leases.RenewAsync(slow, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Leases.RequireAsync(slow, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Leases.SettleAsync(slow, [new JobOutcome(batch.Rows[0], RowState.Done)], Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Leases.BeginAsync(slow, Cancelled));
        Assert.True(await Leases.RenewAsync(other!, Cancelled));
    }

    /// <summary>Another goes on: all are moved, and none twice; and back again.</summary>
    private protected async Task AssertMovedOnceAsync(JsonObject job)
    {
        var done = await AnotherGoesOnAsync(job);
        Assert.Equal((Count, Count, 0, 0), Counts(done));
        Assert.Equal(("", "0 1 2 3 4"), (await NumbersAsync("INBOX"), await NumbersAsync("Archive")));
        Assert.Equal((Count, Count, 0, 0), Counts(await UndoAsync(done)));
        Assert.Equal(("0 1 2 3 4", ""), (await NumbersAsync("INBOX"), await NumbersAsync("Archive")));
    }

    private protected async Task<(JobItem Item, JobBatch Batch)> BeginAsync()
    {
        var item = await Leases.ClaimAsync(Cancelled);
        Assert.NotNull(item);
        var batch = await Leases.BeginAsync(item, Cancelled);
        Assert.Equal(Count, batch!.Rows.Length);
        return (item, batch);
    }

    private async Task<JsonObject> AnotherGoesOnAsync(JsonObject job)
    {
        await LapseJobsAsync();
        await Another().Jobs.StartAsync(Cancelled);
        return await UntilJobAsync(job, "done");
    }

    private async Task<MailboxRow> MailboxAsync(string id)
    {
        MailboxId.TryKey(id, out var key);
        return (await Backend.Service<IndexReader>().MailboxAsync(Account, key, Cancelled))!;
    }
}
