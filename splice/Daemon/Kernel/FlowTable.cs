using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Splice.Wire.Abi;

namespace Splice.Daemon.Kernel;

/// <summary>The flows map in this process's memory: what is written here the kernel program sees at once.</summary>
public sealed unsafe class FlowTable : IDisposable
{
    private readonly nuint _bytes;
    private nint _address;

    internal FlowTable(int fd, uint count)
    {
        Count = count;
        _bytes = (nuint)count * (nuint)Unsafe.SizeOf<SpliceFlow>();
        _address = LibC.Map(0, _bytes, LibC.ProtectRead | LibC.ProtectWrite, LibC.MapShared, fd, 0);
        if (_address == -1)
            throw KernelException.Of("map flows into memory", Marshal.GetLastPInvokeError(), "spliced needs CAP_BPF and memory for flowsMax x 256 bytes");
    }

    /// <summary>Number of slots.</summary>
    public uint Count { get; }

    /// <summary>The slot itself, not a copy. Valid until the table is disposed.</summary>
    public ref SpliceFlow this[uint slot]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, Count);
            ObjectDisposedException.ThrowIf(_address == 0, this);
            return ref ((SpliceFlow*)_address)[slot];
        }
    }

    /// <summary>Ends the mapping; the flows stay in the kernel.</summary>
    public void Dispose()
    {
        if (_address == 0)
            return;
        _ = LibC.Unmap(_address, _bytes);
        _address = 0;
    }
}
