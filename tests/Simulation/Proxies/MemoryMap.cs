using Splice.Daemon.Kernel;

namespace Tests.Simulation.Proxies;

/// <summary>A map of the kernel program, in memory.</summary>
internal sealed class MemoryMap<TKey, TValue> : IKernelMap<TKey, TValue>
    where TKey : unmanaged
    where TValue : unmanaged
{
    private readonly Dictionary<string, (TKey Key, TValue Value)> _entries = [];

    public void Set(in TKey key, in TValue value) => _entries[Bytes(key)] = (key, value);

    public bool Remove(in TKey key) => _entries.Remove(Bytes(key));

    public bool TryGet(in TKey key, out TValue value)
    {
        var found = _entries.TryGetValue(Bytes(key), out var entry);
        value = entry.Value;
        return found;
    }

    public List<TKey> Keys() => [.. _entries.Values.Select(entry => entry.Key)];

    public void Clear() => _entries.Clear();

    private static unsafe string Bytes(TKey key) => Convert.ToBase64String(new ReadOnlySpan<byte>(&key, sizeof(TKey)));
}
