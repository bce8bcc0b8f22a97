using System.Buffers;

namespace Splice.Hooks;

/// <summary>Memory in blocks of two lengths.</summary>
/// <param name="shortMax">Who asks for at most so many bytes gets a short block.</param>
/// <param name="short">Those.</param>
/// <param name="long">The others.</param>
internal sealed class BlockPools(int shortMax, BlockPool @short, BlockPool @long) : MemoryPool<byte>
{
    public override int MaxBufferSize => @long.MaxBufferSize;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => minBufferSize <= shortMax ? @short.Rent() : @long.Rent(minBufferSize);

    protected override void Dispose(bool disposing)
    {
    }
}
