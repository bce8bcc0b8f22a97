using System.Data;
using System.Net.Sockets;
using Npgsql;

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
            async () =>
            {
                await using var command = source.CreateCommand(sql);
                return await run(command);
            },
            cancellationToken);

    /// <summary>Several statements as one; may run twice, so that what it writes must be recognised the second time.</summary>
    public static ValueTask<T> TransactAsync<T>(
        this NpgsqlDataSource source, IsolationLevel isolation, Func<NpgsqlTransaction, Task<T>> run, CancellationToken cancellationToken) =>
        RetryAsync(
            async () =>
            {
                await using var connection = await source.OpenConnectionAsync(cancellationToken);
                await using var transaction = await connection.BeginTransactionAsync(isolation, cancellationToken);
                var result = await run(transaction);
                await transaction.CommitAsync(cancellationToken);
                return result;
            },
            cancellationToken);

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

    private static async ValueTask<T> RetryAsync<T>(Func<Task<T>> run, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await run();
            }
            catch (Exception broken) when (IsBroken(broken) && attempt < AttemptsMax && !cancellationToken.IsCancellationRequested)
            {
                // Every statement of ours may run twice; the second one gets a fresh connection.
            }
            catch (Exception broken) when (IsBroken(broken))
            {
                throw new DatabaseUnavailableException($"The database does not answer ({broken.Message}); try again later.");
            }
        }
    }

    private static bool IsBroken(Exception exception) =>
        exception is NpgsqlException { IsTransient: true } or SocketException or TimeoutException
        || exception is PostgresException { SqlState: IdleInTransactionSessionTimeout }
        || exception is NpgsqlException { InnerException: IOException or SocketException or TimeoutException };
}
