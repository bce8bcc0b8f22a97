namespace Splice.Store;

/// <summary>What a status page shows of a store node.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Healthy">It answers and has everything that the other nodes have.</param>
/// <param name="LagMilliseconds">Smoothed round trip.</param>
public sealed record StoreNodeStatus(string Name, bool Healthy, double LagMilliseconds);
