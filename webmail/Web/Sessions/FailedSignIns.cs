using System.Security.Cryptography;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using Webmail.Web.Database;

namespace Webmail.Web.Sessions;

/// <summary>
/// Slows down guessing, counted in the database for all backends together. An attempt counts as failed until it is known to be right, so
/// that many at once are not more than allowed. Who is signed in on a network is not locked out there by what others do elsewhere.
/// </summary>
internal sealed class FailedSignIns(TimeProvider time)
{
    private const int ForgottenAtOnceMax = 100;

    /// <summary>Counts an attempt. One that must wait is not counted: a network that is stopped does not use up the account's attempts.</summary>
    public async Task<Attempt> BeginAsync(NpgsqlTransaction transaction, AttemptLimits limits, string account, string network)
    {
        var now = time.GetUtcNow();
        var mostOf = new Dictionary<string, int>(StringComparer.Ordinal) { [Key(limits, account, network)] = limits.PerPairMax };
        if (!await IsKnownAsync(transaction, account, network, now))
        {
            mostOf[Key(limits, account, "")] = limits.PerAccountMax;
        }

        mostOf[Key(limits, "", network)] = limits.PerNetworkMax;
        string[] keys = [.. mostOf.Keys];
        TimeSpan? wait = null;
        await using (var command = CountOne(transaction, keys, now))
        {
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync())
            {
                var left = rows.GetFieldValue<DateTimeOffset>(2) + AttemptLimits.Window - now;
                wait = rows.GetInt32(1) > mostOf[rows.GetString(0)] && (wait is null || left > wait) ? left : wait;
            }
        }

        var attempt = new Attempt(keys, wait);
        if (wait is not null)
        {
            await WithdrawAsync(transaction, attempt);
        }

        return attempt;
    }

    /// <summary>It was right: the failures of this account on this network are forgotten, those on others are not.</summary>
    public static async Task SucceededAsync(NpgsqlTransaction transaction, Attempt attempt)
    {
        await WithdrawAsync(transaction, attempt);
        await using var command = transaction.Sql("DELETE FROM sign_in_failure WHERE key = $1", attempt.Counted[0]);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>It was not made, or nobody said whether it was right.</summary>
    public static async Task WithdrawAsync(NpgsqlTransaction transaction, Attempt attempt)
    {
        await using var command = transaction.Sql(
            """
            WITH mine AS MATERIALIZED (SELECT key FROM sign_in_failure WHERE key = ANY ($1) ORDER BY key FOR UPDATE)
            UPDATE sign_in_failure AS failure SET count = greatest(count - 1, 0) FROM mine WHERE failure.key = mine.key
            """,
            (object)attempt.Counted);
        await command.ExecuteNonQueryAsync();
    }

    // Rows are locked in one order everywhere, so that attempts wait for each other but never in a circle.
    private static NpgsqlCommand CountOne(NpgsqlTransaction transaction, string[] keys, DateTimeOffset now)
    {
        var command = transaction.Sql(
            """
            WITH old AS (
                DELETE FROM sign_in_failure WHERE key IN (
                    SELECT key FROM sign_in_failure WHERE since <= $2 AND key <> ALL ($1) LIMIT $4 FOR UPDATE SKIP LOCKED))
            INSERT INTO sign_in_failure AS failure (key, count, since) SELECT key, 1, $3 FROM unnest($1) AS key ORDER BY key
            ON CONFLICT (key) DO UPDATE SET
                count = CASE WHEN failure.since <= $2 THEN 1 ELSE failure.count + 1 END,
                since = CASE WHEN failure.since <= $2 THEN $3 ELSE failure.since END
            RETURNING key, count, since
            """,
            (object)keys);
        command.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, (now - AttemptLimits.Window).UtcDateTime);
        command.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, now.UtcDateTime);
        command.Parameters.AddWithValue(ForgottenAtOnceMax);
        return command;
    }

    private static async Task<bool> IsKnownAsync(NpgsqlTransaction transaction, string account, string network, DateTimeOffset now)
    {
        await using var command = transaction.Sql(
            "SELECT EXISTS (SELECT FROM session WHERE account = $1 AND network = $2 AND expires > $3)", account, network);
        command.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, now.UtcDateTime);
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    // A hash: people type passwords into the field of the name.
    private static string Key(AttemptLimits limits, string account, string network) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{limits.Subject}\0{account}\0{network}")));
}
