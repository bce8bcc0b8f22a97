using Npgsql;
using Webmail.Web.Database;

namespace Webmail.Web.Leases;

/// <summary>
/// Does what is due, on every backend: whoever takes the lease. The browser never triggers anything. Woken by the
/// database (NOTIFY), and looking by itself for what became due or was left behind.
/// </summary>
/// <typeparam name="TItem">What is taken.</typeparam>
/// <param name="source">The database.</param>
/// <param name="channel">What is listened to.</param>
/// <param name="log">Of the work.</param>
internal abstract partial class LeasedExecutor<TItem>(NpgsqlDataSource source, string channel, ILogger log) : BackgroundService
    where TItem : class, ILeased
{
    private const int AtOnceMax = 4;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly ILogger _log = log;
    private bool _reported;

    /// <summary>Takes what is due; null if nothing is.</summary>
    protected abstract ValueTask<TItem?> ClaimAsync(CancellationToken cancellationToken);

    /// <summary>False if somebody else has it now.</summary>
    protected abstract ValueTask<bool> RenewAsync(TItem item, CancellationToken cancellationToken);

    /// <param name="item">What is to be done.</param>
    /// <param name="cancellationToken">The lease is lost, or this backend stops.</param>
    protected abstract Task RunAsync(TItem item, CancellationToken cancellationToken);

    /// <summary>Something went wrong that no step expects.</summary>
    protected abstract Task FailAsync(TItem item, string reason, CancellationToken cancellationToken);

    /// <summary>As the log names it.</summary>
    protected abstract string Describe(TItem item);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var running = new List<Task>();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    await using var listening = await source.ListenAsync(channel, stoppingToken);
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
            // What must not be cut off is seen to its end; the host says how long that may take.
            await Task.WhenAll(running);
        }
    }

    private async Task WorkAsync(NpgsqlConnection listening, List<Task> running, CancellationToken stoppingToken)
    {
        while (true)
        {
            running.RemoveAll(task => task.IsCompleted);
            if (running.Count == AtOnceMax)
            {
                await Task.WhenAny(running).WaitAsync(stoppingToken);
                continue;
            }

            var item = await ClaimAsync(stoppingToken);
            _reported = false;
            if (item is not null)
            {
                running.Add(HoldAsync(item, stoppingToken));
            }
            else
            {
                await listening.WaitAsync(LookEvery, stoppingToken);
            }
        }
    }

    private async Task HoldAsync(TItem item, CancellationToken stoppingToken)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var renewing = KeepAsync(item, lost);
        try
        {
            await RunAsync(item, lost.Token);
        }
        catch (OperationCanceledException)
        {
            // Somebody else has it, or will.
        }
        catch (Exception failure) when (failure is NpgsqlException or DatabaseUnavailableException)
        {
            LogLeft(Describe(item), failure.Message);
        }
#pragma warning disable CA1031 // The boundary of the loop: one piece of work that nobody can do must not keep the others from being done.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogFailure(Describe(item), failure);
            await FailAsync(item, failure.Message, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            await lost.CancelAsync();
            await renewing;
        }
    }

    /// <summary>Until the step is done. Without its lease nothing more may be done.</summary>
    private async Task KeepAsync(TItem item, CancellationTokenSource lost)
    {
        using var timer = new PeriodicTimer(Lease.RenewEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(lost.Token))
            {
                if (!await RenewAsync(item, lost.Token))
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

    [LoggerMessage(LogLevel.Warning, "work waits for the database ({Reason}); asking again every second")]
    private partial void LogWaiting(string reason);

    [LoggerMessage(LogLevel.Warning, "{Item} is left to another backend: the database does not answer ({Reason})")]
    private partial void LogLeft(string item, string reason);

    [LoggerMessage(LogLevel.Error, "{Item} failed")]
    private partial void LogFailure(string item, Exception failure);
}
