using System.Net;
using System.Net.Sockets;
using Splice.Store;
using Splice.Wire;

namespace Splice.Daemon.Configuration;

/// <summary>Everything spliced is told at start, checked and immutable.</summary>
public sealed record SplicedConfig
{
    /// <summary>Name of this proxy machine; also the machine name of the store node it carries.</summary>
    public required string Name { get; init; }

    /// <summary>The addresses that move between proxies.</summary>
    public required IReadOnlyList<AddressPair> AddressPairs { get; init; }

    /// <summary>Port of every virtual address for HTTP.</summary>
    public required ushort Port { get; init; }

    public required string FrontDevice { get; init; }
    public required string BackDevice { get; init; }

    /// <summary>This proxy's own share of the inner addresses' ports: shares of proxies never overlap.</summary>
    public required ushort InnerPortFirst { get; init; }

    public required ushort InnerPortLast { get; init; }
    public required IPEndPoint HeartbeatListen { get; init; }
    public required byte[] ClusterKey { get; init; }
    public required IReadOnlyList<StoreNode> Stores { get; init; }
    public required IReadOnlyList<PoolConfig> Pools { get; init; }
    public required IReadOnlyList<BackendConfig> Backends { get; init; }
    public required string KernelObject { get; init; }
    public required string PinPath { get; init; }
    public required string ControlSocket { get; init; }

    /// <summary>Flows this proxy can hold at once.</summary>
    public int FlowsMax { get; init; } = 65536;

    /// <summary>Null to serve HTTP only.</summary>
    public TlsConfig? Tls { get; init; }

    public TelemetryConfig Telemetry { get; init; } = new();

    public LimitsConfig Limits { get; init; } = new();
}

/// <summary>Backends that serve the same hosts.</summary>
/// <param name="Name">Name of the pool.</param>
/// <param name="Kind">Hooks or plain.</param>
/// <param name="Hosts">Host names served; <c>*</c> is every host that no other pool names.</param>
public sealed record PoolConfig(string Name, BackendKind Kind, IReadOnlyList<string> Hosts)
{
    /// <summary>Hosts of a hooks pool that are also served over plain HTTP; requests for its others are sent to HTTPS.</summary>
    public IReadOnlyList<string> PlainHosts { get; init; } = [];
}

/// <summary>One backend of a pool.</summary>
/// <param name="Name">Its name, by which heartbeats and records know it.</param>
/// <param name="Pool">Name of its pool.</param>
/// <param name="EndPoints">Where it listens, one of each family; it is watched at the first.</param>
public sealed record BackendConfig(string Name, string Pool, params IReadOnlyList<IPEndPoint> EndPoints)
{
    public bool Has(AddressFamily family) => EndPoints.Any(endPoint => endPoint.AddressFamily == family);
}

/// <summary>Bounds on what clients and backends may take.</summary>
public sealed record LimitsConfig
{
    /// <summary>Largest request head, in bytes; beyond it 431.</summary>
    public int HeadBytesMax { get; init; } = 32 * 1024;

    /// <summary>Time for the first request head to arrive; beyond it 408.</summary>
    public TimeSpan HeadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Connections that are not spliced yet; beyond it 503.</summary>
    public int ConnectingMax { get; init; } = 1024;

    /// <summary>Time for a backend to accept and acknowledge; beyond it another is tried, which has twice the time.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a new connection waits while no backend is healthy; beyond it 503.</summary>
    public TimeSpan BackendWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A backend silent for this long is dead; late ticks of our own are forgiven. Longer for one that was late lately.</summary>
    public TimeSpan HeartbeatTimeout { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The most that a backend is given, however late it was; everybody is given it while more flows wait to be moved than move at a
    /// time: those that take them over are busy, not dead.</summary>
    public TimeSpan HeartbeatTimeoutMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a backend that has come back takes fewer new flows than it could.</summary>
    public TimeSpan SlowStart { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A flow with no packet for this long is ended.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How long an orphaned flow with work in flight waits for a backend before it is cut.</summary>
    public TimeSpan OrphanTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the entries of an ended flow stay to answer late packets.</summary>
    public TimeSpan EndedHold { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time for one successor to be fed and to come to the client's offset; beyond it another is tried.</summary>
    public TimeSpan ReplayTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Handovers running at once.</summary>
    public int HandoversMax { get; init; } = 64;
}
