using Npgsql;
using NpgsqlTypes;
using Webmail.Web.Database;

namespace Webmail.Web.Push;

/// <summary>Reads where an account is, and whether its session still exists: one question, asked after each word of a change.</summary>
internal sealed class PushReader(NpgsqlDataSource source)
{
    /// <param name="account">Whose.</param>
    /// <param name="session">The row of the session; null if the request came with name and password.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null once the session has ended.</returns>
    public ValueTask<PushStates?> ReadAsync(string account, byte[]? session, CancellationToken cancellationToken) => source.AskAsync(
        """
        SELECT coalesce((SELECT modified FROM mail_index WHERE account = $1), 0), coalesce((SELECT modified FROM outbox_account WHERE account = $1), 0),
            coalesce(books_state, 0), coalesce(cards_state, 0), coalesce((SELECT modified FROM draft_account WHERE account = $1), 0),
            coalesce((SELECT modified FROM job_account WHERE account = $1), 0)
        FROM (SELECT) AS one LEFT JOIN contact_account ON account = $1
        WHERE $2 IS NULL OR EXISTS (SELECT FROM session WHERE id = $2 AND expires > clock_timestamp())
        """,
        async command =>
        {
            command.Parameters.AddWithValue(account);
            command.Parameters.AddWithValue(NpgsqlDbType.Bytea, (object?)session ?? DBNull.Value);
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            return await row.ReadAsync(cancellationToken)
                ? new PushStates(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5))
                : null;
        },
        cancellationToken);
}
