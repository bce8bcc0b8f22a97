using Npgsql;
using Webmail.Web.Database;

namespace Webmail.Web.Push;

/// <summary>
/// Hears of every change of mail, submissions, contacts, drafts, jobs and sessions that any backend commits: the tables themselves notify (see the schema).
/// One connection for the whole process.
/// </summary>
internal sealed partial class ChangeListener(NpgsqlDataSource source, AccountChanges changes, ILogger<ChangeListener> log) : BackgroundService
{
    public const string Channel = "mail_changed";

    private const int CheckTimeoutSeconds = 5;
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(0.5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var reported = false; ;)
        {
            try
            {
                await using var connection = await source.ListenAsync(Channel, stoppingToken);
                connection.Notification += (_, notification) => changes.Tell(notification.Payload);
                changes.TellAll();
                reported = false;
                await ListenAsync(connection, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception broken) when (broken is NpgsqlException or TimeoutException)
            {
                if (!reported)
                {
                    LogDeaf(broken.Message);
                }

                reported = true;
                await Task.Delay(PauseAfterFailure, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>A database that has vanished says nothing, so it is asked now and then.</summary>
    private static async Task ListenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!await connection.WaitAsync(CheckEvery, cancellationToken))
            {
                await using var check = new NpgsqlCommand("SELECT 1", connection) { CommandTimeout = CheckTimeoutSeconds };
                await check.ExecuteNonQueryAsync(cancellationToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "changes are heard of late until the database answers ({Reason}); connecting again every half second")]
    private partial void LogDeaf(string reason);
}
