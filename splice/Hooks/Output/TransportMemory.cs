using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Splice.Wire.Tls;

namespace Splice.Hooks;

/// <summary>
/// The memory of the server's sockets. Its blocks take whole TLS records: they are sealed where they are sent from, and a call to the
/// kernel names few pieces. What asks for no length is mostly a socket that is read, and one that waits for its next request keeps its
/// block: there it takes one record.
/// </summary>
internal sealed class TransportMemory : IMemoryPoolFactory<byte>
{
    /// <summary>What a pipe asks for if it is asked for nothing.</summary>
    private const int UnsaidBytesMax = 4096;
    private const int RecordBytes = RecordProtection.ContentBytesMax + RecordProtection.OverheadBytes;
    private const int Records = 4;

    public MemoryPool<byte> Create(MemoryPoolOptions? options) =>
        new BlockPools(UnsaidBytesMax, new BlockPool(RecordBytes, 4 << 20), new BlockPool(Records * RecordBytes, 16 << 20));
}
