using System.Data;
using Npgsql;
using Webmail.Web.Database;
using Webmail.Web.Outbox;

namespace Webmail.Web.Reading;

/// <summary>Which lists an account has left, and when last.</summary>
internal sealed class UnsubscriptionStore(NpgsqlDataSource source)
{
    /// <summary>Of an account; the oldest are forgotten.</summary>
    private const int ListsMax = 5000;

    /// <summary>By list. What was to be written and did not leave does not count. Within choices only.</summary>
    public async ValueTask<Dictionary<string, Unsubscription>> AskAsync(string account, string[] lists, CancellationToken cancellationToken) =>
        (await source.ListAsync(
            $"""
            SELECT u.list, u.unsubscribed, u.submission FROM unsubscription u LEFT JOIN outbox o ON o.account = u.account AND o.id = u.submission
            WHERE u.account = $1 AND u.list = ANY($2)
                AND coalesce(o.state NOT IN ({(short)OutboxState.Refused}, {(short)OutboxState.Canceled}, {(short)OutboxState.Withdrawn}), true)
            """,
            row => KeyValuePair.Create(row.GetString(0), new Unsubscription(row.GetDateTime(1), row.IsDBNull(2) ? null : row.GetInt64(2))),
            cancellationToken,
            account,
            lists)).ToDictionary();

    /// <summary>Within effects only.</summary>
    public ValueTask<Unsubscription> RememberAsync(string account, string list, CancellationToken cancellationToken) =>
        source.TransactAsync(IsolationLevel.ReadCommitted, transaction => RememberAsync(transaction, account, list, null), cancellationToken);

    /// <summary>In a transaction that does more.</summary>
    public static async Task<Unsubscription> RememberAsync(NpgsqlTransaction transaction, string account, string list, long? submission)
    {
        await using var remember = transaction.Sql(
            """
            WITH old AS (
                DELETE FROM unsubscription WHERE account = $1 AND list <> $2 AND unsubscribed <= (
                    SELECT unsubscribed FROM unsubscription WHERE account = $1 AND list <> $2 ORDER BY unsubscribed DESC OFFSET $4 LIMIT 1))
            INSERT INTO unsubscription (account, list, unsubscribed, submission) VALUES ($1, $2, clock_timestamp(), $3)
            ON CONFLICT (account, list) DO UPDATE SET submission = excluded.submission,
                unsubscribed = CASE WHEN unsubscription.submission = excluded.submission THEN unsubscription.unsubscribed ELSE excluded.unsubscribed END
            RETURNING unsubscribed
            """,
            account, list, (object?)submission ?? DBNull.Value, ListsMax - 1);
        return new Unsubscription((DateTime)(await remember.ExecuteScalarAsync())!, submission);
    }
}
