using System.Buffers;

namespace Splice.Hooks;

/// <summary>Memory in blocks of one length, which are used again. Pinned from the start, since sockets pin what they send.</summary>
/// <param name="blockBytes">Length of each block, in bytes.</param>
/// <param name="keptBytes">How much is kept for the next who rents; more is left to the garbage collector.</param>
internal sealed class BlockPool(int blockBytes, int keptBytes) : MemoryPool<byte>
{
    private readonly Lock _lock = new();
    private readonly Stack<Block> _free = [];

    public override int MaxBufferSize => blockBytes;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, blockBytes);
        lock (_lock)
        {
            if (_free.TryPop(out var block))
            {
                return block;
            }
        }

        return new Block(this, blockBytes);
    }

    protected override void Dispose(bool disposing)
    {
    }

    private void Return(Block block)
    {
        lock (_lock)
        {
            if (_free.Count < keptBytes / blockBytes)
            {
                _free.Push(block);
            }
        }
    }

    /// <summary>Used again by the next who rents it: its owner gives it back once.</summary>
    private sealed class Block(BlockPool pool, int bytes) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);

        public void Dispose() => pool.Return(this);
    }
}
