using Splice.Wire.Abi;

namespace Splice.Daemon.Kernel;

/// <summary>Which flow a packet belongs to, by its addresses as it arrives.</summary>
public sealed class LegMap
{
    private readonly IKernelMap<SpliceLegKey, SpliceLeg> _map;

    internal LegMap(int fd)
        : this(new KernelMap<SpliceLegKey, SpliceLeg>("legs", fd))
    {
    }

    internal LegMap(IKernelMap<SpliceLegKey, SpliceLeg> map) => _map = map;

    /// <summary>Adds or replaces a leg.</summary>
    public void Set(in SpliceLegKey key, in SpliceLeg leg) => _map.Set(key, leg);

    /// <summary>False if there was none: the kernel program removes both legs itself when a client begins anew.</summary>
    public bool Remove(in SpliceLegKey key) => _map.Remove(key);

    /// <summary>Finds a leg.</summary>
    public bool TryGet(in SpliceLegKey key, out SpliceLeg leg) => _map.TryGet(key, out leg);

    /// <summary>All keys, for finding out after a restart what is there.</summary>
    public IReadOnlyList<SpliceLegKey> Keys() => _map.Keys();
}
