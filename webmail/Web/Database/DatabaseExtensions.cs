using System.Data;
using System.Net.Sockets;
using Npgsql;
using Webmail.Mail.Availability;

namespace Webmail.Web.Database;

/// <summary>One question to the database, asked once more if the pooled connection had been cut.</summary>
internal static class DatabaseExtensions
{
    private const int AttemptsMax = 2;

    /// <summary>The SQLSTATE of a connection the server closed because a transaction on it stood still.</summary>
    private const string IdleInTransactionSessionTimeout = "25P03";

    public static ValueTask<T> AskAsync<T>(
        this NpgsqlDataSource source, string sql, Func<NpgsqlCommand, Task<T>> run, CancellationToken cancellationToken) =>
        RetryAsync(
            source,
            async _ =>
            {
                await using var command = source.CreateCommand(sql);
                return await run(command);
            },
            cancellationToken);

    /// <summary>All rows of one statement with its parameters in the order $1, $2, …</summary>
    public static ValueTask<List<T>> ListAsync<T>(
        this NpgsqlDataSource source, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object[] parameters) =>
        source.AskAsync(
            sql,
            async command =>
            {
                foreach (var parameter in parameters)
                {
                    command.Parameters.AddWithValue(parameter);
                }

                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                var rows = new List<T>();
                while (await reader.ReadAsync(cancellationToken))
                {
                    rows.Add(read(reader));
                }

                return rows;
            },
            cancellationToken);

    /// <summary>Several statements as one; may run twice, so that what it writes must be recognised the second time.</summary>
    public static ValueTask<T> TransactAsync<T>(
        this NpgsqlDataSource source, IsolationLevel isolation, Func<NpgsqlTransaction, Task<T>> run, CancellationToken cancellationToken) =>
        RetryAsync(
            source,
            async token =>
            {
                await using var connection = await source.OpenConnectionAsync(token);
                await using var transaction = await connection.BeginTransactionAsync(isolation, token);
                var result = await run(transaction);
                // Cancelled if the database was found to be away meanwhile: nobody waits for this any longer, and it is undone.
                await transaction.CommitAsync(token);
                return result;
            },
            cancellationToken);

    /// <summary>A connection that hears of a channel (NOTIFY) from now on.</summary>
    public static async ValueTask<NpgsqlConnection> ListenAsync(this NpgsqlDataSource source, string channel, CancellationToken cancellationToken)
    {
        var connection = await source.LastingAsync(cancellationToken);
        try
        {
            await using var listen = new NpgsqlCommand($"LISTEN {channel}", connection);
            await listen.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>A statement with its parameters in the order $1, $2, …</summary>
    public static NpgsqlCommand Sql(this NpgsqlTransaction transaction, string sql, params ReadOnlySpan<object> parameters)
    {
        var command = new NpgsqlCommand(sql, transaction.Connection, transaction);
        foreach (var parameter in parameters)
        {
            command.Parameters.AddWithValue(parameter);
        }

        return command;
    }

    private static async ValueTask<T> RetryAsync<T>(NpgsqlDataSource source, Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        try
        {
            return await DatabaseHealth.AskAsync(source, token => RetryAsync(run, token), cancellationToken);
        }
        catch (ServerAwayException away)
        {
            throw Unavailable(away.Message);
        }
    }

    private static async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await run(cancellationToken);
            }
            catch (Exception broken) when (IsBroken(broken) && attempt < AttemptsMax && !cancellationToken.IsCancellationRequested)
            {
                // Every statement of ours may run twice; the second one gets a fresh connection.
            }
            catch (Exception broken) when (IsBroken(broken))
            {
                throw Unavailable(broken.Message);
            }
        }
    }

    private static DatabaseUnavailableException Unavailable(string reason) => new($"The database does not answer ({reason}).");

    private static bool IsBroken(Exception exception) =>
        exception is NpgsqlException { IsTransient: true } or SocketException or TimeoutException
        || exception is PostgresException { SqlState: IdleInTransactionSessionTimeout }
        || exception is NpgsqlException { InnerException: IOException or SocketException or TimeoutException };
}
