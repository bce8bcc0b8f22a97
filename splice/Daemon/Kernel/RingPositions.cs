using System.Runtime.InteropServices;

namespace Splice.Daemon.Kernel;

/// <summary>The two counters of a ring buffer map, mapped read-only: its first page is the reader's, its second the writer's.</summary>
internal sealed unsafe class RingPositions : IDisposable
{
    private readonly nuint _page = (nuint)Environment.SystemPageSize;
    private readonly nint _consumer;
    private readonly nint _producer;

    public RingPositions(int fd)
    {
        _consumer = Map(fd, 0);
        _producer = Map(fd, (nint)_page);
    }

    public ulong Consumer => Volatile.Read(ref *(ulong*)_consumer);

    public ulong Producer => Volatile.Read(ref *(ulong*)_producer);

    public void Dispose()
    {
        _ = LibC.Unmap(_consumer, _page);
        _ = LibC.Unmap(_producer, _page);
    }

    private nint Map(int fd, nint offset)
    {
        var address = LibC.Map(0, _page, LibC.ProtectRead, LibC.MapShared, fd, offset);
        return address != -1 ? address : throw KernelException.Of("map the event ring", Marshal.GetLastPInvokeError(), "spliced needs CAP_BPF");
    }
}
