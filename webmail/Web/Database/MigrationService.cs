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
                await MigrateAsync(stoppingToken);
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

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync($"SELECT pg_advisory_xact_lock({Schema.AdvisoryLock})");
        await RunAsync("CREATE TABLE IF NOT EXISTS schema_step (step int PRIMARY KEY)");
        var done = (int)(await RunAsync("SELECT coalesce(max(step), 0) FROM schema_step"))!;
        for (var step = done; step < Schema.Steps.Count; step++)
        {
            await RunAsync(Schema.Steps[step]);
            await RunAsync($"INSERT INTO schema_step VALUES ({step + 1})");
        }

        await transaction.CommitAsync(cancellationToken);

        async Task<object?> RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            return await command.ExecuteScalarAsync(cancellationToken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "the database is not there yet ({Reason}); asking again every second")]
    private partial void LogLate(string reason);
}
