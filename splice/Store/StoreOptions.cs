namespace Splice.Store;

/// <summary>Where the flow store is and how patient its users are.</summary>
public sealed record StoreOptions
{
    public required IReadOnlyList<StoreNode> Nodes { get; init; }

    /// <summary>32 random bytes that every machine of the appliance has.</summary>
    public required ReadOnlyMemory<byte> ClusterKey { get; init; }

    /// <summary>Name of the machine this process runs on: a node there does not protect against its death.</summary>
    public required string Machine { get; init; }

    /// <summary>A node that has answered nobody for so long, while another one did, is skipped until it has been refilled. Longer for one
    /// that was late lately.</summary>
    public TimeSpan NodeTimeout { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>When no node has answered after this time, the store is unavailable. Longer than
    /// <see cref="NodeTimeout"/>: if nobody answers, the fault is more likely this process, starved of CPU.</summary>
    public TimeSpan UnavailableTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a node is asked whether it lives, and a dead one whether it has come back.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Keys of a flow expire this long after the last write to it.</summary>
    public TimeSpan Expiry { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Size of a flow's input log; more raises <see cref="InputLogFullException"/>.</summary>
    public int InputBytesMax { get; init; } = 64 * 1024 * 1024;

    public UnavailablePolicy WhenUnavailable { get; init; } = UnavailablePolicy.KeepServing;

    /// <summary>Subscribe to changes (proxies do, backends need not).</summary>
    public bool Watch { get; init; }

    /// <summary>Refill a node that has restarted with every flow, not only those this process wrote while it was away.
    /// Proxies do.</summary>
    public bool RefillEverything { get; init; }
}
