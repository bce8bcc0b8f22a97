using Npgsql;
using Webmail.Mail.Sync;

namespace Webmail.Web.Index;

/// <summary>
/// Makes the index what we have done to many messages at once: whoever follows the mailboxes next finds it known, and need not read all that
/// is there. What others have followed already in between is left as they have found it.
/// </summary>
internal static class DoneRows
{
    /// <summary>These messages lie in the other mailbox now, and keep their keys. How many of them we were the first to note.</summary>
    public static async Task<int> MoveAsync(IndexChanges changes, long source, long target, MovedEmail[] moved)
    {
        long[] ids = [.. moved.Select(one => one.Id)];
        long[] uids = [.. moved.Select(one => (long)one.TargetUid)];
        var copies = await RemoveCopiesAsync(changes, source, target, ids, uids);
        var rows = await changes.ReadAsync(
            """
            UPDATE email SET mailbox = $3, uid = one.uid, modified = $6 + one.n FROM unnest($4, $5) WITH ORDINALITY AS one (id, uid, n)
            WHERE email.account = $1 AND email.id = one.id AND email.mailbox = $2 RETURNING email.thread, '$seen' = ANY(email.keywords)
            """,
            ReadRow,
            source, target, ids, uids, changes.Modified);
        changes.Take(moved.Length);
        changes.Grown.UnionWith(rows.Select(row => row.Thread));
        var unread = rows.Count(row => !row.IsSeen);
        await ChangeMarkAsync(changes, source, mark => Without(mark, rows.Count, unread));
        if (copies == 0 && rows.Count == moved.Length && uids.Max() - uids.Min() + 1 == uids.Length)
        {
            await ChangeMarkAsync(changes, target, mark => mark.NextUid != uids.Min() ? null : mark with
            {
                NextUid = (uint)uids.Max() + 1, Total = mark.Total + rows.Count, Unread = mark.Unread + unread,
            });
        }

        return rows.Count;
    }

    /// <summary>These messages are no more.</summary>
    public static async Task RemoveAsync(IndexChanges changes, long mailbox, uint[] uids)
    {
        var seen = 0;
        var gone = await changes.ReadAsync(
            """
            DELETE FROM email WHERE account = $1 AND mailbox = $2 AND uid = ANY($3) RETURNING thread, '$seen' = ANY(keywords), id, created, fingerprint
            """,
            row =>
            {
                seen += ReadRow(row).IsSeen ? 1 : 0;
                return new VanishedRow(row.GetInt64(2), row.GetInt64(3), row.GetInt64(0), row.GetInt64(4));
            },
            mailbox, uids.Select(uid => (long)uid).ToArray());
        changes.Shrunk.UnionWith(gone.Select(row => row.Thread!.Value));
        await changes.VanishAsync(IndexType.Email, gone);
        await ChangeMarkAsync(changes, mailbox, mark => Without(mark, gone.Count, gone.Count - seen));
    }

    /// <summary>Where a server moves by copying, a copy may have been found before the message was known to have left. How many were.</summary>
    private static async Task<int> RemoveCopiesAsync(IndexChanges changes, long source, long target, long[] ids, long[] uids)
    {
        if (await changes.ReadAsync("SELECT id FROM email WHERE account = $1 AND mailbox = $2 AND uid = ANY($3)", row => row.GetInt64(0), target, uids) is [])
        {
            return 0;
        }

        var copies = await changes.ReadAsync(
            """
            DELETE FROM email copy USING unnest($4, $5) AS one (id, uid) JOIN email e ON e.account = $1 AND e.id = one.id AND e.mailbox = $2
            WHERE copy.account = $1 AND copy.mailbox = $3 AND copy.uid = one.uid RETURNING copy.id, copy.created, copy.thread
            """,
            row => new VanishedRow(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), null),
            source, target, ids, uids);
        await changes.VanishAsync(IndexType.Email, copies);
        return copies.Count;
    }

    private static (long Thread, bool IsSeen) ReadRow(NpgsqlDataReader row) => (row.GetInt64(0), row.GetBoolean(1));

    private static MailboxMark? Without(MailboxMark mark, int count, int unread) =>
        count == 0 ? null : mark with { Total = Math.Max(0, mark.Total - count), Unread = Math.Max(0, mark.Unread - unread) };

    /// <summary>A reading that began before is void.</summary>
    private static async Task ChangeMarkAsync(IndexChanges changes, long mailbox, Func<MailboxMark, MailboxMark?> change)
    {
        if ((await MailboxRows.ReadAsync(changes)).FirstOrDefault(row => row.Id == mailbox) is not { Mark.Validity: not 0 } row || change(row.Mark) is not { } mark)
        {
            return;
        }

        await changes.RunAsync(
            "UPDATE mailbox SET seen_next_uid = $3, seen_total = $4, seen_unread = $5, version = version + 1 WHERE account = $1 AND id = $2",
            mailbox, (long)mark.NextUid, mark.Total, mark.Unread);
        await EmailRows.CountAsync(changes, row, mark);
    }
}

/// <summary>A message that was moved.</summary>
/// <param name="Id">Its key.</param>
/// <param name="SourceUid">Its UID where it was.</param>
/// <param name="TargetUid">Its UID where it is.</param>
internal sealed record MovedEmail(long Id, uint SourceUid, uint TargetUid);
