using Npgsql;
using Webmail.Web.Database;

namespace Webmail.Web.Index;

/// <summary>
/// One backend's turn with an account: an advisory lock, which goes with its connection. A frozen backend keeps its connections, so
/// that the database closes one that is silent for longer than a turn takes: then somebody else may have the turn, even if it is not over.
/// </summary>
internal sealed class AccountTurn : IAsyncDisposable
{
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(30);

    private readonly NpgsqlConnection _connection;
    private readonly long _key;

    private AccountTurn(NpgsqlConnection connection, long key) => (_connection, _key) = (connection, key);

    /// <summary>Null if another has it.</summary>
    public static async Task<AccountTurn?> TakeAsync(NpgsqlDataSource source, string account, TimeSpan silenceMax, CancellationToken cancellationToken)
    {
        var connection = await source.LastingAsync(cancellationToken);
        try
        {
            var turn = new AccountTurn(connection, ThreadRows.Hash(account));
            await using var take = new NpgsqlCommand(
                "SELECT CASE WHEN pg_try_advisory_lock($1) THEN set_config('idle_session_timeout', $2, false) END", connection)
            {
                Parameters = { new() { Value = turn._key }, new() { Value = $"{silenceMax.TotalMilliseconds:F0}" } },
            };
            if (await take.ExecuteScalarAsync(cancellationToken) is string)
            {
                return turn;
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await using (_connection)
        {
            try
            {
                // Closing alone would be heard of some time later.
                await using var end = new NpgsqlCommand("SELECT pg_advisory_unlock($1)", _connection)
                {
                    Parameters = { new() { Value = _key } },
                };
                await end.ExecuteNonQueryAsync();
            }
            catch (NpgsqlException)
            {
                // The connection is gone, and the lock with it.
            }
        }
    }
}
