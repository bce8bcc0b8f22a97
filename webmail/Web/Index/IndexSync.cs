using System.Data;
using Npgsql;
using Webmail.Mail.Mailboxes;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Mail.Sync;
using Webmail.Web.Database;

namespace Webmail.Web.Index;

/// <summary>
/// Brings the index up to the mail server's state. Several backends may do so at once: what one has followed meanwhile makes
/// the other's reading void, and it reads again. Everything here may be done twice, or half, without harm.
/// </summary>
internal sealed class IndexSync(
    NpgsqlDataSource source, IndexReader reader, MailboxReader mailboxes, MailboxFollower follower, FollowedTimes followed, TimeProvider time)
{
    private const int RoundsMax = 100;
    private const int BatchesMax = 16;
    private const int SpanUidsMax = 64 * MailboxFollower.BatchMax;

    /// <summary>The mailboxes there are.</summary>
    public async Task<MailboxRow[]> ListAsync(Credentials credentials, string account, CancellationToken cancellationToken) =>
        (await ListedAsync(credentials, account, cancellationToken)).Rows;

    /// <summary>The mailboxes there are, after following each that has changed: one LIST tells which.</summary>
    public async Task<MailboxRow[]> FollowAllAsync(Credentials credentials, string account, CancellationToken cancellationToken)
    {
        var (listed, rows) = await ListedAsync(credentials, account, cancellationToken);
        var byName = listed.ToDictionary(mailbox => mailbox.Name);
        var stale = (time.GetUtcNow() - IndexLimits.FlagsLifetime).UtcDateTime;
        for (var index = 0; index < rows.Length; index++)
        {
            var row = rows[index];
            var mailbox = byName.GetValueOrDefault(row.Name);
            var isKnown = mailbox is not null && (mailbox.ModSeq != 0 || row.FlagsSeen >= stale)
                && row.Mark == new MailboxMark(mailbox.Validity, mailbox.NextUid, row.Mark.FromUid, mailbox.ModSeq, mailbox.Total, mailbox.Unread);
            if (row.Selectable && !isKnown && await FollowAsync(credentials, account, row.Id, cancellationToken) is { } followed)
            {
                rows[index] = followed;
            }
        }

        return rows;
    }

    /// <summary>The mailbox as it is then; null if there is none.</summary>
    public Task<MailboxRow?> FollowAsync(Credentials credentials, string account, long mailbox, CancellationToken cancellationToken) =>
        FollowAsync(credentials, account, mailbox, [], cancellationToken);

    /// <summary>As above, after we have marked these messages in it ourselves.</summary>
    public Task<MailboxRow?> FollowAsync(
        Credentials credentials, string account, long mailbox, IReadOnlyCollection<uint> marked, CancellationToken cancellationToken) =>
        FollowAsync(credentials, account, mailbox, marked, [], cancellationToken);

    /// <summary>The message that lies there; null if none does (any longer).</summary>
    public async Task<Email?> FindAsync(Credentials credentials, string account, string mailbox, uint uid, CancellationToken cancellationToken) =>
        (await ListAsync(credentials, account, cancellationToken)).FirstOrDefault(row => row.Name == mailbox) is { } found
            && await FollowAsync(credentials, account, found.Id, cancellationToken) is not null
                ? await reader.EmailAtAsync(account, found.Id, uid, cancellationToken)
                : null;

    /// <summary>Reads some batches of older messages: while one is written to the index, the next comes from the mail server.</summary>
    public async Task FollowOlderAsync(Credentials credentials, string account, MailboxRow row, CancellationToken cancellationToken)
    {
        var next = ReadOlderAsync(credentials, row, cancellationToken);
        for (var batch = 1; ; batch++)
        {
            var (current, news) = (row, await next);
            row = current with { Mark = news.Mark, Version = current.Version + 1 };
            var hasNext = news.HasMore && batch < BatchesMax;
            next = hasNext ? ReadOlderAsync(credentials, row, cancellationToken) : next;
            var applied = await ChangeAsync(account, changes => EmailRows.ApplyAsync(changes, current, news, null), cancellationToken);
            if (!hasNext || !applied)
            {
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            }
        }
    }

    /// <summary>Puts just these messages into the index, which has not come so far yet.</summary>
    public async Task AddAsync(Credentials credentials, string account, MailboxRow row, uint[] uids, CancellationToken cancellationToken)
    {
        var emails = await follower.ReadThoseAsync(credentials, row.MailboxId, row.Mark.Validity, uids, cancellationToken);
        await ChangeAsync(account, async changes =>
        {
            await EmailRows.AddAsync(changes, row.Id, emails);
            return true;
        }, cancellationToken);
    }

    /// <summary>We have moved it ourselves: it keeps its key, whatever is found first.</summary>
    public Task<bool> MoveAsync(string account, long email, long mailbox, uint uid, CancellationToken cancellationToken) =>
        ChangeAsync(account, async changes =>
        {
            var moved = await changes.ReadAsync(
                """
                UPDATE email SET mailbox = $3, uid = $4, modified = $5 WHERE account = $1 AND id = $2 AND (mailbox, uid) <> ($3, $4)
                    AND NOT EXISTS (SELECT FROM email WHERE account = $1 AND mailbox = $3 AND uid = $4)
                RETURNING thread
                """,
                row => row.GetInt64(0),
                email, mailbox, (long)uid, changes.Modified + 1);
            changes.Take(moved.Count);
            changes.Grown.UnionWith(moved);
            return moved.Count > 0;
        }, cancellationToken);

    /// <summary>We have renamed a mailbox ourselves.</summary>
    public Task<bool> RenameAsync(string account, string from, string to, CancellationToken cancellationToken) =>
        ChangeAsync(account, async changes =>
        {
            await MailboxRows.RenameAsync(changes, from, to);
            return true;
        }, cancellationToken);

    /// <summary>Changes the index under the account's lock.</summary>
    public async Task<T> ChangeAsync<T>(string account, Func<IndexChanges, Task<T>> change, CancellationToken cancellationToken) =>
        await source.TransactAsync(
            IsolationLevel.ReadCommitted,
            async transaction =>
            {
                var changes = await IndexChanges.BeginAsync(transaction, account, time.GetUtcNow());
                var result = await change(changes);
                await changes.EndAsync();
                return result;
            },
            cancellationToken);

    /// <summary>UIDs have gaps where messages have gone: too few in one span, and the next is twice as long.</summary>
    private async Task<MailboxNews> ReadOlderAsync(Credentials credentials, MailboxRow row, CancellationToken cancellationToken)
    {
        for (var span = MailboxFollower.BatchMax; ; span = Math.Min(2 * span, SpanUidsMax))
        {
            var news = await follower.ReadOlderAsync(credentials, row.MailboxId, row.Mark, span, cancellationToken);
            if (!news.HasMore || news.Arrived.Length >= MailboxFollower.BatchMax / 4 || span == SpanUidsMax)
            {
                return news;
            }
        }
    }

    private async Task<(Mailbox[] Listed, MailboxRow[] Rows)> ListedAsync(Credentials credentials, string account, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var rightsKnown = await reader.ListAsync(
            "SELECT name FROM mailbox WHERE account = $1 AND rights_read > $2",
            row => row.GetString(0),
            cancellationToken,
            account,
            (now - IndexLimits.RightsLifetime).UtcDateTime);
        var listed = await mailboxes.ListAsync(credentials, rightsKnown.ToHashSet(), cancellationToken);
        await ChangeAsync(account, async changes =>
        {
            await MailboxRows.ApplyAsync(changes, listed, now);
            await followed.NoteAsync(changes);
            return true;
        }, cancellationToken);
        return (listed, await reader.MailboxesAsync(account, cancellationToken));
    }

    private async Task<MailboxRow?> FollowAsync(
        Credentials credentials, string account, long mailbox, IReadOnlyCollection<uint> marked, IReadOnlyCollection<long> underway, CancellationToken cancellationToken)
    {
        for (var round = 0; round < RoundsMax; round++)
        {
            if (await reader.MailboxAsync(account, mailbox, cancellationToken) is not { Selectable: true } row)
            {
                return null;
            }

            var now = time.GetUtcNow();
            var allFlags = row.FlagsSeen < (now - IndexLimits.FlagsLifetime).UtcDateTime;
            if (await follower.ReadAsync(credentials, row.MailboxId, row.Mark, IndexLimits.NewestFirst, allFlags ? null : marked, cancellationToken) is not { } news)
            {
                return row;
            }

            await FollowOriginsAsync(credentials, account, row, news, [.. underway, mailbox], cancellationToken);
            var applied = await ChangeAsync(account, changes => EmailRows.ApplyAsync(changes, row, news, allFlags ? now : null), cancellationToken);
            if (applied && !news.HasMore)
            {
                return await reader.MailboxAsync(account, mailbox, cancellationToken);
            }
        }

        throw new DatabaseUnavailableException("Too much changes in this mailbox at once.");
    }

    /// <summary>
    /// What has arrived here may have been moved from a mailbox that still has it in the index: that one is followed first, so that
    /// the message is known to have left there and keeps its key.
    /// </summary>
    private async Task FollowOriginsAsync(
        Credentials credentials, string account, MailboxRow row, MailboxNews news, IReadOnlyCollection<long> underway, CancellationToken cancellationToken)
    {
        if (news.Arrived.Length == 0)
        {
            return;
        }

        var origins = await reader.MailboxesWithAsync(account, row.Id, [.. news.Arrived.Select(EmailRows.Fingerprint)], cancellationToken);
        foreach (var origin in origins.Except(underway))
        {
            await FollowAsync(credentials, account, origin, [], underway, cancellationToken);
        }
    }
}
