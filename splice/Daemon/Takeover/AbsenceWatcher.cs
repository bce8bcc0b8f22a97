using Microsoft.Extensions.Logging;
using Splice.Daemon.Configuration;
using Splice.Wire;

namespace Splice.Daemon.Takeover;

/// <summary>
/// Notices that this process did not run for a while (frozen and resumed, or a paused machine). Meanwhile the other proxy may have
/// had the addresses, and whoever has them now, what is known here about its flows is old.
/// </summary>
public sealed class AbsenceWatcher(
    SplicedConfig config, FlowSync flows, ServiceAddresses addresses, TakeoverCoordinator takeover, ActiveState active, TimeProvider time,
    ILogger<AbsenceWatcher> log)
{
    internal static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    /// <summary>Longer than the other proxy takes to miss our adverts, so that none of its takeovers goes unnoticed for long.</summary>
    private static readonly TimeSpan AbsenceMin = TimeSpan.FromMilliseconds(200);
    private long _ticked = time.GetTimestamp();

    /// <summary>Ends when cancelled, or with what went wrong.</summary>
    public Task RunAsync(CancellationToken cancellationToken)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        PromptThread.Start("absence", _ =>
        {
            try
            {
                Watch(cancellationToken);
                ended.SetResult();
            }
            catch (OperationCanceledException)
            {
                ended.SetResult();
            }
            catch (Exception exception)
            {
                ended.SetException(exception);
            }
        });
        return ended.Task;
    }

    /// <summary>To be called every <see cref="Tick"/>; takes longer only after an absence.</summary>
    internal async Task TickAsync(CancellationToken cancellationToken)
    {
        var absence = time.GetElapsedTime(_ticked);
        if (absence >= AbsenceMin)
        {
            log.LogWarning("this process did not run for {Absence:0} ms: flows are read again", absence.TotalMilliseconds);
            await ReturnAsync(cancellationToken);
        }

        _ticked = time.GetTimestamp();
    }

    private void Watch(CancellationToken cancellationToken)
    {
        _ticked = time.GetTimestamp();
        while (!cancellationToken.WaitHandle.WaitOne(Tick))
        {
            TickAsync(cancellationToken).GetAwaiter().GetResult();
        }
    }

    private async Task ReturnAsync(CancellationToken cancellationToken)
    {
        addresses.AwaitFlows();
        await flows.ReconcileAsync(cancellationToken);
        await Task.WhenAll(config.AddressPairs.Where(active.IsActiveFor).Select(takeover.TakeOverAsync));
    }
}
