using Microsoft.Extensions.Logging;

namespace Splice.Daemon.Takeover;

/// <summary>
/// Notices that this process did not run for a while (frozen and resumed, or starved). Meanwhile the other proxy may have
/// had the addresses, and whoever has them now, what is known here about its flows is old.
/// </summary>
public sealed class AbsenceWatcher(
    FlowSync flows, ServiceAddresses addresses, TakeoverCoordinator takeover, ActiveState active, TimeProvider time, ILogger<AbsenceWatcher> log)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    /// <summary>Longer than the other proxy takes to miss our adverts, so that none of its takeovers goes unnoticed for long.</summary>
    private static readonly TimeSpan AbsenceMin = TimeSpan.FromMilliseconds(200);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        var ticked = time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var absence = time.GetElapsedTime(ticked);
                if (absence >= AbsenceMin)
                {
                    log.LogWarning("this process did not run for {Absence:0} ms: flows are read again", absence.TotalMilliseconds);
                    await ReturnAsync(cancellationToken);
                }

                ticked = time.GetTimestamp();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task ReturnAsync(CancellationToken cancellationToken)
    {
        addresses.AwaitFlows();
        await flows.ReconcileAsync(cancellationToken);
        if (active.IsActive)
        {
            await takeover.TakeOverAsync();
        }
    }
}
