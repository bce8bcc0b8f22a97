using Npgsql;
using Webmail.Web.Database;

namespace Webmail.Web.Domains;

/// <summary>Keeps the map of this process as it is in the database: told of each change (NOTIFY), and looking by itself for what it was not told.</summary>
internal sealed partial class DomainFollower(NpgsqlDataSource source, DomainMap map, ILogger<DomainFollower> log) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var reported = false; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                await using var listening = await source.ListenAsync(DomainStore.Channel, stoppingToken);
                while (true)
                {
                    await map.ReloadAsync(stoppingToken);
                    reported = false;
                    await listening.WaitAsync(LookEvery, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception broken) when (broken is NpgsqlException or DatabaseUnavailableException)
            {
                if (!reported)
                {
                    LogWaiting(broken.Message);
                }

                reported = true;
                await Task.Delay(PauseAfterFailure, stoppingToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "the domain map cannot be read ({Reason}); what was known holds, asking again every second")]
    private partial void LogWaiting(string reason);
}
