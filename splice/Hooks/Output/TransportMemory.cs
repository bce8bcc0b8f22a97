using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Splice.Wire.Tls;

namespace Splice.Hooks;

/// <summary>
/// The memory of the server's sockets. In blocks that take whole TLS records: they are sealed where they are sent from, and a
/// call to the kernel names few pieces.
/// </summary>
internal sealed class TransportMemory : IMemoryPoolFactory<byte>
{
    private const int Records = 4;
    private const int KeptBytes = 16 << 20;

    public MemoryPool<byte> Create(MemoryPoolOptions? options) =>
        new BlockPool(Records * (RecordProtection.ContentBytesMax + RecordProtection.OverheadBytes), KeptBytes);
}
