using System.Net.NetworkInformation;
using Splice.Daemon.Configuration;

namespace Splice.Daemon.Takeover;

/// <summary>Whether this proxy has the virtual address now. Written by the address watcher only.</summary>
public sealed class ActiveState(SplicedConfig config) : IDisposable
{
    private volatile bool _isActive;
    private CancellationTokenSource _departed = new();

    public bool IsActive
    {
        get => _isActive;
        internal set
        {
            _isActive = value;
            if (!value)
            {
                Interlocked.Exchange(ref _departed, new CancellationTokenSource()).Cancel();
            }
        }
    }

    /// <summary>Cancelled when the address leaves the next time: what is under way for it then has lost its client.</summary>
    public CancellationToken Departed => Volatile.Read(ref _departed).Token;

    /// <summary>Asks the kernel, which knows some milliseconds before the address watcher does.</summary>
    public bool HasAddressNow() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(device => device.Name == config.FrontDevice)
            .SelectMany(device => device.GetIPProperties().UnicastAddresses)
            .Any(unicast => unicast.Address.Equals(config.VirtualAddress));

    public void Dispose() => _departed.Dispose();
}
