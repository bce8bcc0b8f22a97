using System.Net.NetworkInformation;
using Splice.Daemon.Configuration;
using Splice.Wire;

namespace Splice.Daemon.Takeover;

/// <summary>Which virtual addresses this proxy has now. Written by the address watcher only.</summary>
public sealed class ActiveState(SplicedConfig config) : IDisposable
{
    private readonly Dictionary<UInt128, Presence> _presences =
        config.AddressPairs.ToDictionary(pair => FlowEnd.AddressOf(pair.Virtual), _ => new Presence());

    /// <summary>Whether it has at least one.</summary>
    public bool IsActive => _presences.Values.Any(presence => presence.IsHere);

    public bool IsActiveFor(AddressPair pair) => PresenceOf(FlowEnd.AddressOf(pair.Virtual)).IsHere;

    /// <summary>Whether it has the address that a flow came to; never for one that is not configured here.</summary>
    public bool IsActiveFor(FlowRecord record) => _presences.GetValueOrDefault(record.Virtual.Address)?.IsHere == true;

    /// <summary>Cancelled when the address leaves the next time: what is under way for it then has lost its client.</summary>
    public CancellationToken Departed(FlowEnd end) => PresenceOf(end.Address).Departed;

    /// <summary>Asks the kernel, which knows some milliseconds before the address watcher does.</summary>
    public bool HasAddressNow(FlowEnd end) =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(device => device.Name == config.FrontDevice)
            .SelectMany(device => device.GetIPProperties().UnicastAddresses)
            .Any(unicast => FlowEnd.AddressOf(unicast.Address) == end.Address);

    public void Dispose()
    {
        foreach (var presence in _presences.Values)
        {
            presence.Dispose();
        }
    }

    internal void Set(AddressPair pair, bool isHere) => PresenceOf(FlowEnd.AddressOf(pair.Virtual)).IsHere = isHere;

    private Presence PresenceOf(UInt128 address) => _presences[address];

    /// <summary>One virtual address.</summary>
    private sealed class Presence : IDisposable
    {
        private volatile bool _isHere;
        private CancellationTokenSource _departed = new();

        public CancellationToken Departed => Volatile.Read(ref _departed).Token;

        public bool IsHere
        {
            get => _isHere;
            set
            {
                _isHere = value;
                if (!value)
                {
                    Interlocked.Exchange(ref _departed, new CancellationTokenSource()).Cancel();
                }
            }
        }

        public void Dispose() => _departed.Dispose();
    }
}
