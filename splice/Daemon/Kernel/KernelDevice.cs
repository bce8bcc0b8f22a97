using System.Runtime.InteropServices;

namespace Splice.Daemon.Kernel;

/// <summary>A network device of this network namespace.</summary>
public static class KernelDevice
{
    /// <summary>The index of the device with this name.</summary>
    public static uint IfIndex(string name)
    {
        var index = LibC.IfIndex(name);
        return index != 0
            ? index
            : throw KernelException.Of($"find device {name}", Marshal.GetLastPInvokeError(), "check frontDevice and backDevice with `ip link`");
    }
}
