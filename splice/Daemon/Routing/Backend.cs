using System.Net;
using System.Net.Sockets;
using Splice.Daemon.Configuration;
using Splice.Wire;

namespace Splice.Daemon.Routing;

/// <summary>One backend and what is known of it now. Fields are written by the detector and the control API, read by all.</summary>
public sealed class Backend(BackendConfig config, BackendKind kind, Patience patience)
{
    private volatile bool _healthy;
    private volatile bool _draining;
    private int _flows;
    private int _coming;

    public string Name => config.Name;
    public string Pool => config.Pool;

    /// <summary>Where it is watched.</summary>
    public IPEndPoint EndPoint => config.EndPoints[0];

    public BackendKind Kind => kind;

    public bool Healthy
    {
        get => _healthy;
        set => _healthy = value;
    }

    /// <summary>When it became healthy the last time, as <see cref="TimeProvider.GetTimestamp"/>; 0 before the first.</summary>
    public long HealthySince { get; set; }

    public bool Draining
    {
        get => _draining;
        set => _draining = value;
    }

    /// <summary>The last heartbeat or answered probe, as <see cref="TimeProvider.GetTimestamp"/>; 0 before the first.</summary>
    public long SeenAt { get; set; }

    /// <summary>How long it may be silent, from how long it was. Not for plain ones, which say nothing unasked.</summary>
    public Patience Patience => patience;

    /// <summary>The silence it has just returned from, and how often it said something meanwhile; null once that is known.</summary>
    public (TimeSpan Silence, ulong Said)? Absence { get; set; }

    public ulong Incarnation { get; set; }
    public ulong Sequence { get; set; }

    /// <summary>Store nodes it counts on, as it says itself; of no meaning for a plain one.</summary>
    public int Stores { get; set; }

    /// <summary>It reaches what its answers need, as it says itself; a plain one says nothing.</summary>
    public bool Ready { get; set; } = true;

    /// <summary>When that became so, as <see cref="TimeProvider.GetTimestamp"/>; 0 if it has always been.</summary>
    public long ReadyChangedAt { get; set; }

    /// <summary>It takes no more connections, as it says itself.</summary>
    public bool Full { get; set; }

    public string Build { get; set; } = "";

    /// <summary>Flows this proxy has on the backend.</summary>
    public int Flows => Volatile.Read(ref _flows);

    /// <summary>Its flows, and those on their way to it: of many that come at once, not all choose the same.</summary>
    public int Load => Flows + Volatile.Read(ref _coming);

    public bool Takes => Healthy && !Draining && !Full;

    /// <summary>Where it takes the flows of clients of this family; the configuration has made sure that there is one.</summary>
    public IPEndPoint EndPointFor(AddressFamily family) => config.EndPoints.First(endPoint => endPoint.AddressFamily == family);

    public void CountFlow(int difference) => Interlocked.Add(ref _flows, difference);

    /// <summary>A flow is on its way to it, until this is disposed: it has arrived or went elsewhere.</summary>
    public ComingFlow Expect()
    {
        Interlocked.Increment(ref _coming);
        return new ComingFlow(this);
    }

    /// <summary>Counted in the <see cref="Load"/> of its backend.</summary>
    public readonly struct ComingFlow(Backend backend) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref backend._coming);
    }
}
