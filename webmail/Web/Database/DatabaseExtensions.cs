using System.Net.Sockets;
using Npgsql;

namespace Webmail.Web.Database;

/// <summary>One statement on a connection of the pool, once more if the pooled connection had been cut.</summary>
internal static class DatabaseExtensions
{
    private const int AttemptsMax = 2;

    public static async ValueTask<T> AskAsync<T>(
        this NpgsqlDataSource source, string sql, Func<NpgsqlCommand, Task<T>> run, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var command = source.CreateCommand(sql);
                return await run(command);
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
        || exception is NpgsqlException { InnerException: IOException or SocketException or TimeoutException };
}
