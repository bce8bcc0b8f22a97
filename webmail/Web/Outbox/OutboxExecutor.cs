using Npgsql;
using Webmail.Web.Database;

namespace Webmail.Web.Outbox;

/// <summary>
/// Does what is due in the outbox, on every backend: whoever takes the lease. The browser never triggers anything. Woken by the
/// database (NOTIFY), and looking by itself for what became due or was left behind.
/// </summary>
internal sealed partial class OutboxExecutor(NpgsqlDataSource source, OutboxLeases leases, OutboxSteps steps, ILogger<OutboxExecutor> log) : BackgroundService
{
    private const int AtOnceMax = 4;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turns = new(AtOnceMax);
    private bool _reported;

    public override void Dispose()
    {
        _turns.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var running = new List<Task>();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    await using var listening = await source.OpenConnectionAsync(stoppingToken);
                    await ListenAsync(listening, stoppingToken);
                    await WorkAsync(listening, running, stoppingToken);
                }
                catch (Exception broken) when (broken is NpgsqlException or DatabaseUnavailableException)
                {
                    await ReportAsync(broken, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Waiting ends with the process; that is no failure.
        }
        finally
        {
            // What is leaving is seen to its end; the host says how long that may take.
            await Task.WhenAll(running);
        }
    }

    private static async Task ListenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var listen = new NpgsqlCommand($"LISTEN {OutboxChanges.Channel}", connection);
        await listen.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task WorkAsync(NpgsqlConnection listening, List<Task> running, CancellationToken stoppingToken)
    {
        while (true)
        {
            running.RemoveAll(task => task.IsCompleted);
            await _turns.WaitAsync(stoppingToken);
            OutboxItem? item = null;
            try
            {
                item = await leases.ClaimAsync(stoppingToken);
                _reported = false;
            }
            finally
            {
                if (item is null)
                {
                    _turns.Release();
                }
            }

            if (item is not null)
            {
                running.Add(RunAsync(item, stoppingToken));
            }
            else
            {
                await listening.WaitAsync(LookEvery, stoppingToken);
            }
        }
    }

    private async Task RunAsync(OutboxItem item, CancellationToken stoppingToken)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var renewing = RenewAsync(item, lost);
        try
        {
            await steps.RunAsync(item, lost.Token);
        }
        catch (OperationCanceledException)
        {
            // Somebody else has it, or will.
        }
        catch (Exception failure) when (failure is NpgsqlException or DatabaseUnavailableException)
        {
            LogLeft(item.Number, failure.Message);
        }
#pragma warning disable CA1031 // The boundary of the loop: one message that nobody can send must not keep the others from being sent.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogFailure(item.Number, failure);
            await steps.FailAsync(item, failure.Message, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            await lost.CancelAsync();
            await renewing;
            _turns.Release();
        }
    }

    /// <summary>Until the step is done. Without its lease nothing more may leave.</summary>
    private async Task RenewAsync(OutboxItem item, CancellationTokenSource lost)
    {
        using var timer = new PeriodicTimer(OutboxLeases.RenewEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(lost.Token))
            {
                if (!await leases.RenewAsync(item, lost.Token))
                {
                    await lost.CancelAsync();
                }
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or NpgsqlException or DatabaseUnavailableException)
        {
            await lost.CancelAsync();
        }
    }

    private async Task ReportAsync(Exception broken, CancellationToken stoppingToken)
    {
        if (!_reported)
        {
            LogWaiting(broken.Message);
        }

        _reported = true;
        await Task.Delay(PauseAfterFailure, stoppingToken);
    }

    [LoggerMessage(LogLevel.Warning, "the outbox waits for the database ({Reason}); asking again every second")]
    private partial void LogWaiting(string reason);

    [LoggerMessage(LogLevel.Warning, "submission {Number} is left to another backend: the database does not answer ({Reason})")]
    private partial void LogLeft(long number, string reason);

    [LoggerMessage(LogLevel.Error, "submission {Number} failed")]
    private partial void LogFailure(long number, Exception failure);
}
