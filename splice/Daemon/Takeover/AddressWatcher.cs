using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Logging;
using Splice.Daemon.Configuration;
using Splice.Wire;

namespace Splice.Daemon.Takeover;

/// <summary>
/// Notices when keepalived brings or takes a virtual address. The kernel announces address changes (rtnetlink, behind
/// NetworkChange); a slow poll covers an announcement that was lost.
/// </summary>
public sealed class AddressWatcher(SplicedConfig config, ActiveState active, ILogger<AddressWatcher> log)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>Looks once, without telling anybody.</summary>
    public void Look()
    {
        foreach (var pair in config.AddressPairs)
        {
            active.Set(pair, HasNow(pair));
        }
    }

    /// <summary>Watches each address by itself: the takeover of one does not wait for that of another.</summary>
    public async Task RunAsync(Func<AddressPair, Task> takeOver, CancellationToken cancellationToken) =>
        await await Task.WhenAny(config.AddressPairs.Select(pair => WatchAsync(pair, takeOver, cancellationToken)));

    private async Task WatchAsync(AddressPair pair, Func<AddressPair, Task> takeOver, CancellationToken cancellationToken)
    {
        using var changed = new SemaphoreSlim(0);
        void Changed(object? sender, EventArgs e) => changed.Release();

        NetworkChange.NetworkAddressChanged += Changed;
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await changed.WaitAsync(PollInterval, cancellationToken);
                var has = HasNow(pair);
                if (has == active.IsActiveFor(pair))
                {
                    continue;
                }

                active.Set(pair, has);
                log.LogWarning("virtual address {Address} {What}", pair.Virtual, has ? "has come to this proxy" : "has left this proxy");
                if (has)
                {
                    await takeOver(pair);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
        finally
        {
            NetworkChange.NetworkAddressChanged -= Changed;
        }
    }

    private bool HasNow(AddressPair pair) => active.HasAddressNow(FlowEnd.From(new IPEndPoint(pair.Virtual, 0)));
}
