using Npgsql;
using Webmail.Web.Database;

namespace Webmail.Web.Index;

/// <summary>
/// A change of one account's index: the account is locked until the transaction ends, and each row that changes gets the
/// next number, which is what states and keys are made of.
/// </summary>
internal sealed class IndexChanges
{
    private const long PruneEvery = 1024;

    /// <summary>Ten for each millisecond: faster than messages can be read.</summary>
    private const long TicksPerNumber = TimeSpan.TicksPerMillisecond / 10;
    private static readonly DateTimeOffset Beginning = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly NpgsqlTransaction _transaction;
    private readonly DateTimeOffset _now;
    private readonly long _before;

    private IndexChanges(NpgsqlTransaction transaction, string account, long modified, DateTimeOffset now) =>
        (_transaction, Account, _before, Modified, _now) = (transaction, account, modified, modified, now);

    public string Account { get; }

    /// <summary>The last number given.</summary>
    public long Modified { get; private set; }

    /// <summary>Conversations that have won a message.</summary>
    public HashSet<long> Grown { get; } = [];

    /// <summary>Conversations that have lost a message, perhaps the last.</summary>
    public HashSet<long> Shrunk { get; } = [];

    public static async Task<IndexChanges> BeginAsync(NpgsqlTransaction transaction, string account, DateTimeOffset now)
    {
        await using var make = transaction.Sql("INSERT INTO mail_index VALUES ($1, $2, $2) ON CONFLICT (account) DO NOTHING", account, FirstNumber(now));
        await make.ExecuteNonQueryAsync();
        await using var look = transaction.Sql("SELECT modified FROM mail_index WHERE account = $1 FOR UPDATE", account);
        return new IndexChanges(transaction, account, (long)(await look.ExecuteScalarAsync())!, now);
    }

    /// <summary>An index that was thrown away and is made again goes on behind all numbers it had given: ids and states are never used for something else.</summary>
    private static long FirstNumber(DateTimeOffset now) => Math.Max(0, (now - Beginning).Ticks / TicksPerNumber);

    /// <summary>Reserves numbers; the first of them.</summary>
    public long Take(int count = 1)
    {
        var first = Modified + 1;
        Modified += count;
        return first;
    }

    /// <summary>A statement whose $1 is the account.</summary>
    public NpgsqlCommand Sql(string sql, params ReadOnlySpan<object> parameters) => _transaction.Sql(sql, [Account, .. parameters]);

    public async Task<int> RunAsync(string sql, params object[] parameters)
    {
        await using var command = Sql(sql, parameters);
        return await command.ExecuteNonQueryAsync();
    }

    public async Task<List<T>> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> read, params object[] parameters)
    {
        await using var command = Sql(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Remembers what has gone, so that changes can tell and a message that turns up elsewhere gets its key back.</summary>
    public async Task VanishAsync(IndexType type, IReadOnlyCollection<VanishedRow> gone)
    {
        if (gone.Count == 0)
        {
            return;
        }

        await RunAsync(
            """
            INSERT INTO mail_vanished (account, modified, type, id, created, thread, fingerprint, vanished)
            SELECT $1, $2 + one.n - 1, $3, one.id, one.created, one.thread, one.fingerprint, $4
            FROM unnest($5, $6, $7, $8) WITH ORDINALITY AS one (id, created, thread, fingerprint, n)
            """,
            Take(gone.Count),
            (short)type,
            _now.UtcDateTime,
            gone.Select(one => one.Id).ToArray(),
            gone.Select(one => one.Created).ToArray(),
            gone.Select(one => one.Thread).ToArray(),
            gone.Select(one => one.Fingerprint).ToArray());
    }

    public async Task EndAsync()
    {
        if (Modified == _before && Grown.Count + Shrunk.Count == 0)
        {
            return;
        }

        await ThreadRows.TouchAsync(this);
        await RunAsync("UPDATE mail_index SET modified = $2 WHERE account = $1", Modified);
        if (_before / PruneEvery != Modified / PruneEvery)
        {
            await RunAsync(
                """
                WITH old AS (DELETE FROM mail_vanished WHERE account = $1 AND vanished < $2 RETURNING modified, type, id),
                    unused AS (DELETE FROM thread_reference r USING old WHERE r.account = $1 AND old.type = $3 AND r.thread = old.id)
                UPDATE mail_index SET changes_from = greatest(changes_from, (SELECT max(modified) FROM old)) WHERE account = $1
                """,
                (_now - IndexLimits.VanishedLifetime).UtcDateTime,
                (short)IndexType.Thread);
        }
    }
}

/// <summary>A row that is no more.</summary>
/// <param name="Thread">Of a message; else null, as is the fingerprint.</param>
internal sealed record VanishedRow(long Id, long Created, long? Thread, long? Fingerprint);
