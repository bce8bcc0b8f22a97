using Npgsql;
using Webmail.Web.Database;

namespace Webmail.Web.Following;

/// <summary>
/// Which backend follows which account. A backend has one lease, by the database's clock, for everything it follows, however much that is.
/// Nothing depends on there being only one: two that follow the same do the same twice.
/// </summary>
internal sealed class FollowerLeases(NpgsqlDataSource source)
{
    /// <summary>With the pause between two rounds, what a dead backend followed moves within two seconds.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(1.2);
    public static readonly TimeSpan RoundEvery = TimeSpan.FromSeconds(0.4);

    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(1);

    /// <summary>A new lease; what the same backend had before it is nobody's.</summary>
    public ValueTask<long> BeginAsync(CancellationToken cancellationToken) => source.AskAsync(
        """
        WITH old AS (DELETE FROM follower WHERE alive_until < clock_timestamp() - $2)
        INSERT INTO follower (alive_until) VALUES (clock_timestamp() + $1) RETURNING id
        """,
        async command =>
        {
            command.Parameters.AddWithValue(Lease);
            command.Parameters.AddWithValue(Forgotten);
            return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        },
        cancellationToken);

    /// <summary>Prolongs the lease, gives up what is not wanted any longer, and takes what is and nobody alive has.</summary>
    /// <returns>What the follower has then; null if the lease has lapsed.</returns>
    public ValueTask<string[]?> HoldAsync(long follower, string[] wanted, CancellationToken cancellationToken) => source.AskAsync(
        """
        WITH alive AS (
                UPDATE follower SET alive_until = clock_timestamp() + $3 WHERE id = $1 AND alive_until > clock_timestamp() RETURNING id),
            unwanted AS (DELETE FROM followed WHERE follower = $1 AND account <> ALL ($2)),
            free AS (
                SELECT account FROM unnest($2) AS one (account) WHERE NOT EXISTS (
                    SELECT FROM followed JOIN follower ON id = follower WHERE followed.account = one.account AND alive_until > clock_timestamp())),
            taken AS (
                INSERT INTO followed (account, follower) SELECT account, alive.id FROM free, alive ORDER BY account
                ON CONFLICT (account) DO UPDATE SET follower = excluded.follower
                    WHERE NOT EXISTS (SELECT FROM follower WHERE id = followed.follower AND alive_until > clock_timestamp())
                RETURNING account)
        SELECT ARRAY(SELECT account FROM followed WHERE follower = $1 AND account = ANY ($2) UNION SELECT account FROM taken) FROM alive
        """,
        async command =>
        {
            command.Parameters.AddWithValue(follower);
            command.Parameters.AddWithValue(wanted);
            command.Parameters.AddWithValue(Lease);
            return (string[]?)await command.ExecuteScalarAsync(cancellationToken);
        },
        cancellationToken);

    /// <summary>Others may follow at once.</summary>
    public ValueTask<int> EndAsync(long follower, CancellationToken cancellationToken) => source.AskAsync(
        "DELETE FROM follower WHERE id = $1",
        async command =>
        {
            command.Parameters.AddWithValue(follower);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        },
        cancellationToken);
}
