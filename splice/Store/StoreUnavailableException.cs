namespace Splice.Store;

/// <summary>No store node answered.</summary>
public sealed class StoreUnavailableException(string nodes)
    : Exception($"no store node answered ({nodes}); check that redis runs there and is reachable on the back network");
