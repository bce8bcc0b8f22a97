using System.Buffers.Binary;
using System.Net;
using Splice.Daemon.Configuration;
using Splice.Daemon.Kernel;
using Splice.Wire;
using Splice.Wire.Abi;

namespace Splice.Daemon.Takeover;

/// <summary>
/// Tells the kernel program what is served here, and whether a packet of an unknown flow may wait for its state (I5) or
/// can have none: a client whose connection was not spliced when its proxy died is then reset, so that it connects again.
/// </summary>
public sealed class ServiceAddresses(SplicedConfig config, ServiceMap map)
{
    /// <summary>Flows may exist that are not known here yet.</summary>
    public void AwaitFlows() => Set(SpliceService.Wait);

    /// <summary>Every flow of every proxy is known here.</summary>
    public void ResetStrangers() => Set(SpliceService.Reset);

    private void Set(SpliceService unknown)
    {
        foreach (var pair in config.AddressPairs)
        {
            map.Set(Key(pair.Virtual, config.Port), unknown);
            if (config.Tls is { } tls)
            {
                map.Set(Key(pair.Virtual, tls.Port), unknown);
            }

            // Backends do not connect to us; what they send to an unknown flow is late.
            map.Set(Key(pair.Inner, 0), SpliceService.Wait);
        }
    }

    private static unsafe SpliceServiceKey Key(IPAddress address, ushort port)
    {
        var key = new SpliceServiceKey { Port = BinaryPrimitives.ReverseEndianness(port) };
        FlowEnd.From(new IPEndPoint(address, 0)).WriteAddress(new Span<byte>(key.Address, 16));
        return key;
    }
}
