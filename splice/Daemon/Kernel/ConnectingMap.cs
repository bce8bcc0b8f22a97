using Splice.Wire.Abi;

namespace Splice.Daemon.Kernel;

/// <summary>How packets of spliced's own sockets towards backends are rewritten, by inner port in host order.</summary>
public sealed class ConnectingMap
{
    private readonly IKernelMap<uint, SpliceConnecting> _map;

    internal ConnectingMap(int fd)
        : this(new KernelMap<uint, SpliceConnecting>("connecting", fd))
    {
    }

    internal ConnectingMap(IKernelMap<uint, SpliceConnecting> map) => _map = map;

    /// <summary>Adds or replaces the rule for a port.</summary>
    public void Set(ushort innerPort, in SpliceConnecting rule) => _map.Set(innerPort, rule);

    /// <summary>False if there was none.</summary>
    public bool Remove(ushort innerPort) => _map.Remove(innerPort);
}
