using Splice.Daemon.Takeover;
using Splice.Store;

namespace Splice.Daemon.Flows;

/// <summary>
/// Keeps what the stores have of living flows from expiring: a slow download may outlive its request's last write, and a client
/// that only answers window probes writes nothing at all.
/// </summary>
public sealed class FlowRenewal(FlowDirectory directory, FlowStore store, ActiveState active, TimeProvider time)
{
    private const int TimesPerExpiry = 4;

    public Task RunAsync(CancellationToken cancellationToken) => Rounds.RunAsync(store.Expiry / TimesPerExpiry, time, RenewAsync, cancellationToken);

    /// <summary>One after the other: whoever writes for a client must not wait behind all of them.</summary>
    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        foreach (var flow in directory.All.Where(flow => active.IsActiveFor(flow.Record)))
        {
            try
            {
                await store.RenewAsync(flow.Record.Id, flow.Record.Fence, cancellationToken);
            }
            catch (Exception exception) when (exception is FenceException or StoreUnavailableException)
            {
                // Not ours any more, or the next round does it: several fit into one expiry.
            }
        }
    }
}
