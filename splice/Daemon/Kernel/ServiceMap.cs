using Splice.Wire.Abi;

namespace Splice.Daemon.Kernel;

/// <summary>Addresses whose packets of unknown flows are dropped while state may still arrive (I5).</summary>
public sealed class ServiceMap
{
    private readonly IKernelMap<SpliceServiceKey, SpliceService> _map;

    internal ServiceMap(int fd)
        : this(new KernelMap<SpliceServiceKey, SpliceService>("services", fd))
    {
    }

    internal ServiceMap(IKernelMap<SpliceServiceKey, SpliceService> map) => _map = map;

    /// <summary>Adds or changes a service; port 0 (every port) is for the inner address.</summary>
    public void Set(in SpliceServiceKey key, SpliceService unknown) => _map.Set(key, unknown);

    /// <summary>False if there was none.</summary>
    public bool Remove(in SpliceServiceKey key) => _map.Remove(key);

    /// <summary>All services, also those of the spliced before.</summary>
    public IReadOnlyList<SpliceServiceKey> Keys() => _map.Keys();
}
