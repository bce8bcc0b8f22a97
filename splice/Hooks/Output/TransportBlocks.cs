using System.Buffers;
using Splice.Wire.Tls;

namespace Splice.Hooks;

/// <summary>
/// Blocks that take whole TLS records: they are sealed where they are sent from, and a call to the kernel names few pieces. What
/// asks for no length is mostly a socket that is read, and one that waits for its next request keeps its block: there it takes one record.
/// </summary>
internal sealed class TransportBlocks : MemoryPool<byte>
{
    /// <summary>What a pipe asks for if it is asked for nothing.</summary>
    private const int UnsaidBytesMax = 4096;
    private const int RecordBytes = RecordProtection.ContentBytesMax + RecordProtection.OverheadBytes;
    private const int Records = 4;

    private readonly BlockPool _one = new(RecordBytes, 4 << 20);
    private readonly BlockPool _several = new(Records * RecordBytes, 16 << 20);

    public override int MaxBufferSize => _several.MaxBufferSize;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => minBufferSize <= UnsaidBytesMax ? _one.Rent() : _several.Rent(minBufferSize);

    protected override void Dispose(bool disposing)
    {
    }
}
