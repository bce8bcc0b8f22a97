using Npgsql;

namespace Webmail.Web.Database;

/// <summary>Brings the tables up to date at start, however late the database appears; one backend at a time.</summary>
internal sealed partial class MigrationService(NpgsqlDataSource source, ILogger<MigrationService> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var reported = false; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                await new Migration(source).ForwardAsync(Schema.Steps.Count, stoppingToken);
                return;
            }
            catch (NpgsqlException late)
            {
                if (!reported)
                {
                    LogLate(late.Message);
                }

                reported = true;
                await Task.Delay(Pause, stoppingToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "the database is not there yet ({Reason}); asking again every second")]
    private partial void LogLate(string reason);
}
