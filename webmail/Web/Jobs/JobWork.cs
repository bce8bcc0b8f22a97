using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Mail.Sync;
using Webmail.Mail.Writing;
using Webmail.Web.Index;

namespace Webmail.Web.Jobs;

/// <summary>
/// One step of a job at the mail server. It is noted as underway before; whoever takes over from a dead one looks what has become of it:
/// a moved message by its key, which it keeps, a destroyed one by its absence, keywords by themselves.
/// </summary>
internal sealed class JobWork(JobLeases leases, BatchWriter batches, IndexSync index, IndexReader reader)
{
    /// <summary>How many messages have their turn behind them.</summary>
    public async Task<int> DoAsync(JobItem item, JobBatch batch, Credentials credentials, CancellationToken cancellationToken)
    {
        var target = batch is { Target: { } to, Destroys: false } ? await reader.MailboxAsync(item.Account, to, cancellationToken) : null;
        if (batch is { Target: not null, Destroys: false } && target is not { Selectable: true })
        {
            return await leases.SettleAsync(item, All(batch, RowState.NoMailbox), cancellationToken);
        }

        if (target?.Id == batch.Mailbox)
        {
            // Another job has brought them there already.
            return await leases.SettleAsync(item, All(batch, RowState.Already), cancellationToken);
        }

        if (await reader.MailboxAsync(item.Account, batch.Mailbox, cancellationToken) is not { Selectable: true } mailbox)
        {
            return await leases.SettleAsync(item, All(batch, RowState.Gone), cancellationToken);
        }

        if (target is { Mark.Validity: 0 })
        {
            // From now on the index learns of everything that comes there.
            await index.FollowAsync(credentials, item.Account, target.Id, cancellationToken);
        }

        (batch, mailbox, var found) = await LookAsync(item, mailbox, batch, credentials, cancellationToken);
        return batch.Destroys ? await DestroyAsync(item, mailbox, batch, found, RowState.Gone, credentials, cancellationToken)
            : target is not null ? await MoveAsync(item, mailbox, target, batch, found, credentials, cancellationToken)
            : await MarkAsync(item, mailbox, batch, found, credentials, cancellationToken);
    }

    /// <summary>Somebody has died within this step: it is seen to its end.</summary>
    public async Task GoOnAsync(JobItem item, JobBatch batch, Credentials credentials, CancellationToken cancellationToken)
    {
        if (batch is { Target: not null, Destroys: false })
        {
            await LookBackAsync(item, credentials, cancellationToken);
        }
        else if (batch.Destroys && await reader.MailboxAsync(item.Account, batch.Mailbox, cancellationToken) is { Selectable: true } mailbox)
        {
            (batch, mailbox, var found) = await LookAsync(item, mailbox, batch, credentials, cancellationToken);
            await DestroyAsync(item, mailbox, batch, found, RowState.Done, credentials, cancellationToken);
        }
        else
        {
            await DoAsync(item, batch, credentials, cancellationToken);
        }
    }

    /// <summary>Notes how far a move has come. Nothing else leaves a doubt that matters: it is done again, or was not done.</summary>
    public async Task LookBackAsync(JobItem item, Credentials credentials, CancellationToken cancellationToken)
    {
        if (await leases.UnderwayAsync(item, cancellationToken) is not { Target: { } target, Destroys: false } batch)
        {
            return;
        }

        await index.FollowAsync(credentials, item.Account, batch.Mailbox, cancellationToken);
        await index.FollowAsync(credentials, item.Account, target, cancellationToken);
        if (!await batches.MovesAtOnceAsync(credentials, cancellationToken))
        {
            await FinishCopiesAsync(item, batch.Mailbox, target, credentials, cancellationToken);
        }

        await leases.SettleMovedAsync(item, cancellationToken);
    }

    /// <summary>What is there now. Where something is not, the index learns what has become of it, and it is looked once more.</summary>
    private async Task<(JobBatch Batch, MailboxRow Mailbox, Dictionary<uint, FoundMessage> Found)> LookAsync(
        JobItem item, MailboxRow mailbox, JobBatch batch, Credentials credentials, CancellationToken cancellationToken)
    {
        var (known, found) = await LookOnceAsync(mailbox, batch, credentials, cancellationToken);
        if (found.Length < known && await index.FollowAsync(credentials, item.Account, mailbox.Id, cancellationToken) is { } followed)
        {
            mailbox = followed;
            batch = await leases.UnderwayAsync(item, cancellationToken) ?? batch;
            (_, found) = await LookOnceAsync(mailbox, batch, credentials, cancellationToken);
        }

        return (batch, mailbox, found.ToDictionary(one => one.Uid));
    }

    private async Task<(int Known, FoundMessage[] Found)> LookOnceAsync(MailboxRow mailbox, JobBatch batch, Credentials credentials, CancellationToken cancellationToken)
    {
        uint[] known = [.. batch.Rows.Select(row => row.Uid).Where(uid => uid != 0)];
        return (known.Length, await batches.LookAsync(credentials, mailbox.MailboxId, mailbox.Mark.Validity, known, cancellationToken) ?? []);
    }

    private async Task<int> MoveAsync(
        JobItem item, MailboxRow source, MailboxRow target, JobBatch batch, Dictionary<uint, FoundMessage> found, Credentials credentials, CancellationToken cancellationToken)
    {
        if (found.Count > 0)
        {
            await leases.RequireAsync(item, cancellationToken);
            var places = await batches.MoveAsync(credentials, source.MailboxId, source.Mark.Validity, found.Keys, target.MailboxId, cancellationToken);
            MovedEmail[] moved = [.. batch.Rows.Where(row => places.ContainsKey(row.Uid)).Select(row => new MovedEmail(row.Email, row.Uid, places[row.Uid]))];
            if (await NoteMovedAsync(item, source.Id, target.Id, moved, cancellationToken) < found.Count)
            {
                // The server has not said where all lie, or somebody else has seen them first.
                await index.FollowAsync(credentials, item.Account, source.Id, cancellationToken);
                await index.FollowAsync(credentials, item.Account, target.Id, cancellationToken);
            }
        }

        return await leases.SettleMovedAsync(item, cancellationToken);
    }

    /// <summary>What was copied and not removed yet lies in both places.</summary>
    private async Task FinishCopiesAsync(JobItem item, long source, long target, Credentials credentials, CancellationToken cancellationToken)
    {
        if (await leases.CopiedAsync(item, cancellationToken) is { Length: > 0 } copied
            && await reader.MailboxAsync(item.Account, source, cancellationToken) is { } mailbox)
        {
            await leases.RequireAsync(item, cancellationToken);
            await batches.DestroyAsync(credentials, mailbox.MailboxId, mailbox.Mark.Validity, [.. copied.Select(one => one.SourceUid)], cancellationToken);
            await NoteMovedAsync(item, source, target, copied, cancellationToken);
        }
    }

    private async Task<int> NoteMovedAsync(JobItem item, long source, long target, MovedEmail[] moved, CancellationToken cancellationToken) =>
        moved.Length == 0 ? 0 : await index.ChangeAsync(item.Account, changes => DoneRows.MoveAsync(changes, source, target, moved), cancellationToken);

    /// <param name="item">The job.</param>
    /// <param name="mailbox">Where.</param>
    /// <param name="batch">Which.</param>
    /// <param name="found">Those that are there.</param>
    /// <param name="absent">What has become of the others.</param>
    /// <param name="credentials">Whose.</param>
    /// <param name="cancellationToken">The lease is lost.</param>
    private async Task<int> DestroyAsync(
        JobItem item, MailboxRow mailbox, JobBatch batch, Dictionary<uint, FoundMessage> found, RowState absent, Credentials credentials, CancellationToken cancellationToken)
    {
        if (found.Count > 0)
        {
            await leases.RequireAsync(item, cancellationToken);
            await batches.DestroyAsync(credentials, mailbox.MailboxId, mailbox.Mark.Validity, found.Keys, cancellationToken);
            await index.ChangeAsync(item.Account, async changes =>
            {
                await DoneRows.RemoveAsync(changes, mailbox.Id, [.. found.Keys]);
                return true;
            }, cancellationToken);
        }

        return await leases.SettleAsync(
            item,
            [.. batch.Rows.Select(row => new JobOutcome(row, found.ContainsKey(row.Uid) ? RowState.Done : row.IsElsewhere ? RowState.Gone : absent))],
            cancellationToken);
    }

    private async Task<int> MarkAsync(
        JobItem item, MailboxRow mailbox, JobBatch batch, Dictionary<uint, FoundMessage> found, Credentials credentials, CancellationToken cancellationToken)
    {
        var marks = batch.Rows.Select(row => KeywordMark.Of(row, batch, found.GetValueOrDefault(row.Uid))).ToArray();
        await leases.NoteAsync(item, [.. marks.Select(mark => mark.Row)], cancellationToken);
        await leases.RequireAsync(item, cancellationToken);
        var changed = await StoreAsync(mailbox, marks, isSet: true, batch.Set, [], credentials, cancellationToken);
        changed = await StoreAsync(mailbox, marks, isSet: false, batch.Clear, changed, credentials, cancellationToken);
        // Changed by somebody else in this very moment: it is looked at once more.
        var outcomes = marks.Select(mark => changed.Contains(mark.Row.Uid) ? new JobOutcome(mark.Row, RowState.Pending) : mark.Outcome).ToArray();
        await index.ChangeAsync(item.Account, async changes =>
        {
            await EmailRows.MarkAsync(
                changes, mailbox.Id, [.. outcomes.Where(one => one.Keywords is not null).Select(one => new MarkedEmail(one.Row.Uid, one.Keywords!))]);
            return true;
        }, cancellationToken);
        return await leases.SettleAsync(item, outcomes, cancellationToken);
    }

    /// <summary>Those that somebody else has changed since they were looked at.</summary>
    private async Task<HashSet<uint>> StoreAsync(
        MailboxRow mailbox, KeywordMark[] marks, bool isSet, string[] keywords, HashSet<uint> changed, Credentials credentials, CancellationToken cancellationToken)
    {
        KeywordMark[] wanted = [.. marks.Where(mark => (isSet ? mark.Set : mark.Clear).Length > 0 && !changed.Contains(mark.Row.Uid))];
        if (wanted.Length == 0)
        {
            return changed;
        }

        // What we have just set has a number of its own.
        var since = wanted.Any(mark => !isSet && mark.Set.Length > 0) ? 0 : wanted.Max(mark => mark.ModSeq);
        var refused = await batches.MarkAsync(
            credentials, mailbox.MailboxId, mailbox.Mark.Validity, [.. wanted.Select(mark => mark.Row.Uid)], isSet, keywords, since, cancellationToken);
        return [.. changed, .. refused];
    }

    private static JobOutcome[] All(JobBatch batch, RowState state) => [.. batch.Rows.Select(row => new JobOutcome(row, state))];
}
