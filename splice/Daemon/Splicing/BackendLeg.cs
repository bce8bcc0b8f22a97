using Splice.Daemon.Kernel;
using Splice.Daemon.Routing;
using Splice.Wire;
using Splice.Wire.Abi;

namespace Splice.Daemon.Splicing;

/// <summary>A backend leg from its connect to the moment the kernel program takes it over.</summary>
public sealed class BackendLeg
{
    private readonly ConnectingMap _connecting;
    private readonly InnerPorts _ports;
    private readonly TimeProvider _time;

    internal BackendLeg(
        Backend backend, FlowEnd backendEnd, ILegSocket leg, FlowEnd inner, ConnectingMap connecting, InnerPorts ports, TimeProvider time) =>
        (Backend, BackendEnd, Leg, Inner, _connecting, _ports, _time) = (backend, backendEnd, leg, inner, connecting, ports, time);

    public Backend Backend { get; }
    public FlowEnd BackendEnd { get; }
    public FlowEnd Inner { get; }
    internal ILegSocket Leg { get; }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            var sent = await Leg.SendAsync(bytes, cancellationToken);
            bytes = bytes[sent..];
        }
    }

    /// <summary>Waits until the backend's kernel has acknowledged everything: from then on it has it, not us.</summary>
    public async ValueTask AcknowledgedAsync(CancellationToken cancellationToken) => await IsAcknowledgedAsync(TimeSpan.MaxValue, cancellationToken);

    /// <summary>The same; false if the backend acknowledges nothing more for so long.</summary>
    public async ValueTask<bool> IsAcknowledgedAsync(TimeSpan silenceMax, CancellationToken cancellationToken)
    {
        const int SpinsMax = 64;
        var (left, since) = (Leg.Unacknowledged, _time.GetTimestamp());
        for (var spin = 0; left != 0; spin++)
        {
            if (spin < SpinsMax)
            {
                Thread.SpinWait(100);
            }
            else
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), _time, cancellationToken);
            }

            var now = Leg.Unacknowledged;
            if (now != left)
            {
                (left, since) = (now, _time.GetTimestamp());
            }
            else if (_time.GetElapsedTime(since) > silenceMax)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Lets the backend send up to a sequence number of its own (plain backends).</summary>
    public void LimitWindow(uint edge, bool strippedSack, ushort segmentBytes) =>
        _connecting.Set(Inner.Port, new SpliceConnecting
        {
            WindowEdge = edge,
            Limited = SpliceWindow.Limited,
            StripSack = strippedSack ? (byte)1 : (byte)0,
            MssMax = segmentBytes,
        });

    /// <summary>The frozen socket goes without a word; its port stays taken as long as the flow lives.</summary>
    public void LeaveToKernel()
    {
        Leg.Dispose();
        _connecting.Remove(Inner.Port);
    }

    /// <summary>Nothing came of it: reset, and the port is free again.</summary>
    public void Abandon()
    {
        Leg.Abort();
        _connecting.Remove(Inner.Port);
        _ports.Return(Inner.Port);
    }
}
