namespace Webmail.Web.Index;

/// <summary>What has changed since a state (RFC 8620 §5.2).</summary>
internal static class IndexChangeReader
{
    private const int IdsMax = 5000;

    public static async Task<FoundChanges> ReadAsync(
        IndexReader reader, string account, IndexType type, long since, int? idsMax, CancellationToken cancellationToken)
    {
        var state = await reader.StateAsync(account, cancellationToken);
        var from = (await reader.ListAsync("SELECT changes_from FROM mail_index WHERE account = $1", row => row.GetInt64(0), cancellationToken, account)).FirstOrDefault();
        if (since < from || since > state)
        {
            return new FoundChanges(null);
        }

        var max = Math.Min(idsMax ?? IdsMax, IdsMax);
        var (table, created, described) = type switch
        {
            IndexType.Mailbox => ("mailbox", "id", "described"),
            IndexType.Email => ("email", "created", "modified"),
            _ => ("thread", "id", "modified"),
        };
        // What came and went in between never was, as far as the client knows.
        var rows = await reader.ListAsync(
            $"""
            SELECT id, modified, {created}, {described}, false FROM {table} WHERE account = $1 AND modified > $2 AND modified <= $3
            UNION ALL
            SELECT id, modified, created, modified, true FROM mail_vanished
            WHERE account = $1 AND modified > $2 AND modified <= $3 AND type = $4 AND created <= $2
            ORDER BY 2 LIMIT $5
            """,
            row => (Id: row.GetInt64(0), Modified: row.GetInt64(1), Created: row.GetInt64(2), Described: row.GetInt64(3), Gone: row.GetBoolean(4)),
            cancellationToken,
            account, since, state, (short)type, max + 1);
        var more = rows.Count > max;
        if (more)
        {
            rows.RemoveAt(max);
        }

        var updated = rows.Where(row => !row.Gone && row.Created <= since).ToArray();
        return new FoundChanges(new ChangedKeys(
            more ? rows[^1].Modified : state,
            more,
            [.. rows.Where(row => !row.Gone && row.Created > since).Select(row => row.Id)],
            [.. updated.Select(row => row.Id)],
            [.. rows.Where(row => row.Gone).Select(row => row.Id)],
            type == IndexType.Mailbox && updated.Length > 0 && updated.All(row => row.Described <= since)));
    }
}

/// <summary>Keys by what has happened to them.</summary>
/// <param name="OnlyCounts">Of mailboxes: nothing but their counts has changed.</param>
internal sealed record ChangedKeys(long NewState, bool HasMore, long[] Created, long[] Updated, long[] Destroyed, bool OnlyCounts);
