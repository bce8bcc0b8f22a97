using Splice.Wire.Abi;

namespace Splice.Daemon.Kernel;

/// <summary>Addresses whose packets of unknown flows are dropped while state may still arrive (I5).</summary>
public sealed class ServiceMap
{
    private readonly KernelMap<SpliceServiceKey, SpliceService> _map;

    internal ServiceMap(int fd) => _map = new("services", fd);

    /// <summary>Adds or changes a service; port 0 (every port) is for the inner address.</summary>
    public void Set(in SpliceServiceKey key, SpliceService unknown) => _map.Set(key, unknown);

    /// <summary>False if there was none.</summary>
    public bool Remove(in SpliceServiceKey key) => _map.Remove(key);

    /// <summary>All services, also those of the spliced before.</summary>
    public IReadOnlyList<SpliceServiceKey> Keys() => _map.Keys();
}
