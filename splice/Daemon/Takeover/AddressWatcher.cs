using System.Net.NetworkInformation;
using Microsoft.Extensions.Logging;
using Splice.Daemon.Configuration;

namespace Splice.Daemon.Takeover;

/// <summary>
/// Notices when keepalived brings or takes the virtual address. The kernel announces address changes (rtnetlink, behind
/// NetworkChange); a slow poll covers an announcement that was lost.
/// </summary>
public sealed class AddressWatcher(SplicedConfig config, ActiveState active, ILogger<AddressWatcher> log) : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _changed = new(0);

    /// <summary>Looks once, without telling anybody.</summary>
    public void Look() => active.IsActive = active.HasAddressNow();

    public async Task RunAsync(Func<Task> takeOver, CancellationToken cancellationToken)
    {
        void Changed(object? sender, EventArgs e) => _changed.Release();

        NetworkChange.NetworkAddressChanged += Changed;
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await _changed.WaitAsync(PollInterval, cancellationToken);
                var has = active.HasAddressNow();
                if (has == active.IsActive)
                {
                    continue;
                }

                active.IsActive = has;
                log.LogWarning("virtual address {Address} {What}", config.VirtualAddress, has ? "has come to this proxy" : "has left this proxy");
                if (has)
                {
                    await takeOver();
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

    public void Dispose() => _changed.Dispose();
}
