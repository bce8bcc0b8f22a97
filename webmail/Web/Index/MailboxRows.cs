using Webmail.Mail.Mailboxes;

namespace Webmail.Web.Index;

/// <summary>Makes the index's mailboxes those the mail server lists.</summary>
internal static class MailboxRows
{
    public static Task<List<MailboxRow>> ReadAsync(IndexChanges changes) =>
        changes.ReadAsync($"SELECT {MailboxRow.Columns} FROM mailbox WHERE account = $1", MailboxRow.Read);

    public static async Task ApplyAsync(IndexChanges changes, IReadOnlyList<Mailbox> listed, DateTimeOffset now)
    {
        var rows = (await ReadAsync(changes)).ToDictionary(row => row.Name, StringComparer.Ordinal);
        var fresh = listed.Where(mailbox => !rows.ContainsKey(mailbox.Name)).ToList();
        var gone = rows.Values.ExceptBy(listed.Select(mailbox => mailbox.Name), row => row.Name).ToList();
        var renamed = Renamed(fresh, gone);
        // First those that have gone: their names may be taken by others.
        foreach (var row in gone.Except(renamed.Select(pair => pair.Row)))
        {
            await EmailRows.RemoveAllAsync(changes, row.Id);
            await changes.RunAsync("DELETE FROM mailbox WHERE account = $1 AND id = $2", row.Id);
            await changes.VanishAsync(IndexType.Mailbox, [new VanishedRow(row.Id, row.Id, null, null)]);
        }

        foreach (var (row, mailbox) in renamed.Concat(listed.Where(mailbox => rows.ContainsKey(mailbox.Name)).Select(mailbox => (Row: rows[mailbox.Name], Mailbox: mailbox))))
        {
            await UpdateAsync(changes, row, mailbox, now);
        }

        foreach (var mailbox in fresh.Except(renamed.Select(pair => pair.Mailbox)))
        {
            await changes.RunAsync(
                """
                INSERT INTO mailbox (account, id, name, parent, label, role, selectable, subscribed, total, unread, threads, unread_threads, validity, next_uid, described, modified,
                    rights, rights_read)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9, $10, $11, $12, $2, $2, $13, $14)
                """,
                [changes.Take(), .. Described(mailbox), mailbox.Total, mailbox.Unread, (long)mailbox.Validity, (long)mailbox.NextUid, .. Rights(mailbox, now)]);
        }
    }

    /// <summary>We have renamed it, with all that lies in it: they keep their keys, also where UIDVALIDITY does not stay.</summary>
    public static async Task RenameAsync(IndexChanges changes, string from, string to)
    {
        var rows = await ReadAsync(changes);
        foreach (var row in rows.Where(row => row.Name == from || IsIn(row)))
        {
            await changes.RunAsync(
                "UPDATE mailbox SET name = $3, parent = $4, modified = $5, described = $5 WHERE account = $1 AND id = $2",
                row.Id,
                to + row.Name[from.Length..],
                row.Name != from ? to + row.Parent![from.Length..] : (object?)row.Parent ?? DBNull.Value,
                changes.Take());
        }

        bool IsIn(MailboxRow row) => row.Parent is { } parent && (parent == from || rows.Exists(above => above.Name == parent && IsIn(above)));
    }

    /// <summary>
    /// A renamed mailbox keeps its UIDVALIDITY, and its next UID never falls. Many servers give the same UIDVALIDITY to all that are made in a
    /// second: of those that have it, the ones in a renamed mailbox keep their labels, and if one is left, that is the renamed one.
    /// </summary>
    private static List<(MailboxRow Row, Mailbox Mailbox)> Renamed(IReadOnlyList<Mailbox> fresh, IReadOnlyList<MailboxRow> gone)
    {
        var byLabel = Pair(fresh, gone, sameLabel: true);
        return [.. byLabel, .. Pair([.. fresh.Except(byLabel.Select(pair => pair.Mailbox))], [.. gone.Except(byLabel.Select(pair => pair.Row))], sameLabel: false)];
    }

    private static List<(MailboxRow Row, Mailbox Mailbox)> Pair(IReadOnlyList<Mailbox> fresh, IReadOnlyList<MailboxRow> gone, bool sameLabel)
    {
        var pairs = fresh.Where(mailbox => mailbox.Validity != 0).SelectMany(mailbox => gone
            .Where(row => row.Validity == mailbox.Validity && Math.Max(row.NextUid, row.Mark.NextUid) <= mailbox.NextUid && (!sameLabel || row.Label == mailbox.Label))
            .Select(row => (Row: row, Mailbox: mailbox))).ToList();
        return [.. pairs.Where(pair => pairs.Count(other => other.Row == pair.Row || other.Mailbox == pair.Mailbox) == 1)];
    }

    private static async Task UpdateAsync(IndexChanges changes, MailboxRow row, Mailbox mailbox, DateTimeOffset now)
    {
        var described = (row.Name, row.Parent, row.Label, row.Role, row.Selectable, row.Subscribed, row.Rights)
            != (mailbox.Name, mailbox.Parent, mailbox.Label, mailbox.Role, mailbox.Selectable, mailbox.Subscribed, mailbox.Rights ?? row.Rights);
        var counted = (row.Total, row.Unread) != (mailbox.Total, mailbox.Unread);
        if (!described && !counted && row.Validity == mailbox.Validity && mailbox.Rights is null)
        {
            return;
        }

        var modified = described || counted ? changes.Take() : row.Modified;
        var follows = row.Mark.IsComplete && mailbox.Total <= IndexLimits.ThreadsCountedMax;
        await changes.RunAsync(
            """
            UPDATE mailbox SET name = $3, parent = $4, label = $5, role = $6, selectable = $7, subscribed = $8, total = $9, unread = $10,
                validity = $11, next_uid = $12, modified = $13, described = $14, threads = $15, unread_threads = $16,
                rights = coalesce($17, rights), rights_read = coalesce($18, rights_read)
            WHERE account = $1 AND id = $2
            """,
            [row.Id, .. Described(mailbox), mailbox.Total, mailbox.Unread, (long)mailbox.Validity, (long)mailbox.NextUid,
                modified, described ? modified : row.Described, follows ? row.Threads : mailbox.Total, follows ? row.UnreadThreads : mailbox.Unread,
                .. Rights(mailbox, now)]);
    }

    private static object[] Rights(Mailbox mailbox, DateTimeOffset now) => mailbox.Rights is { } rights ? [rights, now.UtcDateTime] : [DBNull.Value, DBNull.Value];

    private static object[] Described(Mailbox mailbox) =>
    [
        mailbox.Name, (object?)mailbox.Parent ?? DBNull.Value, mailbox.Label, (object?)mailbox.Role ?? DBNull.Value, mailbox.Selectable, mailbox.Subscribed,
    ];
}
