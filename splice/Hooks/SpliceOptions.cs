using System.Net;
using Splice.Store;

namespace Splice.Hooks;

/// <summary>What a backend must know to take part in the splice.</summary>
public sealed record SpliceOptions
{
    /// <summary>The backend's name, as in the configuration of the proxies.</summary>
    public required string Name { get; init; }

    /// <summary>32 random bytes that every machine of the appliance has.</summary>
    public required ReadOnlyMemory<byte> ClusterKey { get; init; }

    /// <summary>The nodes of the flow store.</summary>
    public required IReadOnlyList<StoreNode> Stores { get; init; }

    /// <summary>Where the proxies listen for heartbeats.</summary>
    public required IReadOnlyList<IPEndPoint> Proxies { get; init; }

    /// <summary>Name of the machine; the same as <see cref="Name"/> unless several backends share one.</summary>
    public string? Machine { get; init; }

    /// <summary>Off: nothing is journaled, so a flow does not survive this process. To measure what journaling costs.</summary>
    public bool Journal { get; init; } = true;

    /// <summary>Replay runs only on the same build. Default: derived from the modules of the application.</summary>
    public string? Build { get; init; }

    /// <summary>A connection whose preamble takes longer is refused.</summary>
    public TimeSpan PreambleTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often every proxy hears that this backend lives.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Whether this backend reaches what its answers need; asked with every heartbeat, so it must be quick and not throw. While it
    /// does not, flows go to others, if there are any that do.</summary>
    public Func<IServiceProvider, bool> IsReady { get; init; } = _ => true;

    /// <summary>What to do when no store node answers.</summary>
    public UnavailablePolicy WhenUnavailable { get; init; } = UnavailablePolicy.KeepServing;
}
