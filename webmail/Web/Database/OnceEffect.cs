using System.Data;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Webmail.Mail.Seams;

namespace Webmail.Web.Database;

/// <summary>
/// Changes rows exactly once. The effect's id and its outcome are committed together with the rows, so that doubt is resolved
/// by looking: a second attempt waits for the first one's commit, changes nothing, and answers the same.
/// </summary>
/// <param name="source">The database.</param>
/// <param name="time">When outcomes are forgotten.</param>
/// <param name="act">Changes rows in the transaction. Its outcome is anything System.Text.Json can write and read back unchanged.</param>
internal sealed class OnceEffect<T>(NpgsqlDataSource source, TimeProvider time, Func<NpgsqlTransaction, Task<T>> act) : IMailEffect<T>
{
    /// <summary>Long after the last flow that could ask again.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    public ValueTask<T> PerformAsync(Guid id, CancellationToken cancellationToken) =>
        source.TransactAsync(IsolationLevel.ReadCommitted, transaction => RunAsync(transaction, id, cancellationToken), cancellationToken);

    public ValueTask<T> ResolveAsync(Guid id, CancellationToken cancellationToken) => PerformAsync(id, cancellationToken);

    private async Task<T> RunAsync(NpgsqlTransaction transaction, Guid id, CancellationToken cancellationToken)
    {
        await using var begin = transaction.Sql(
            """
            WITH old AS (DELETE FROM effect_outcome WHERE performed < $2)
            INSERT INTO effect_outcome (id, performed) VALUES ($1, $3) ON CONFLICT (id) DO NOTHING
            """,
            id);
        var now = time.GetUtcNow();
        begin.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, (now - Lifetime).UtcDateTime);
        begin.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, now.UtcDateTime);
        if (await begin.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            await using var look = transaction.Sql("SELECT outcome FROM effect_outcome WHERE id = $1", id);
            return JsonSerializer.Deserialize<T>((string)(await look.ExecuteScalarAsync(cancellationToken))!, JsonSerializerOptions.Web)!;
        }

        var outcome = await act(transaction);
        await using var end = transaction.Sql(
            "UPDATE effect_outcome SET outcome = $2 WHERE id = $1", id, JsonSerializer.Serialize(outcome, JsonSerializerOptions.Web));
        await end.ExecuteNonQueryAsync(cancellationToken);
        return outcome;
    }
}
