namespace HelloSplice;

/// <summary>The section "splice" of the configuration.</summary>
internal sealed record SpliceSettings(
    string Name, IReadOnlyList<string> Listen, string ClusterKeyFile, IReadOnlyList<StoreSettings> Stores, IReadOnlyList<string> Proxies);

internal sealed record StoreSettings(string Name, string Endpoint);
