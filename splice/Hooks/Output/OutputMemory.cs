using System.Buffers;

namespace Splice.Hooks;

/// <summary>
/// The memory in which the answers of this process wait for their journal. All answers share it: few may hold much, for each
/// segment costs a round trip to the stores, and of thousands none may hold much.
/// </summary>
internal sealed class OutputMemory : MemoryPool<byte>
{
    private const int BlockBytes = 32 * 1024;
    private const int TotalBytes = 128 << 20;
    private const int AnswerBytesMin = 128 << 10;
    public const int AnswerBytesMax = 4 << 20;

    private readonly Lock _lock = new();
    private readonly Stack<Block> _free = [];
    private int _answers;

    public override int MaxBufferSize => BlockBytes;

    /// <summary>What one answer may hold now.</summary>
    public int AnswerBytes => Math.Clamp(TotalBytes / Math.Max(Volatile.Read(ref _answers), 1), AnswerBytesMin, AnswerBytesMax);

    /// <summary>An answer begins to hold output.</summary>
    public void Join() => Interlocked.Increment(ref _answers);

    /// <summary>It holds none any more.</summary>
    public void Leave() => Interlocked.Decrement(ref _answers);

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        lock (_lock)
        {
            return _free.TryPop(out var block) ? block : new Block(this);
        }
    }

    protected override void Dispose(bool disposing)
    {
    }

    private void Return(Block block)
    {
        lock (_lock)
        {
            if (_free.Count < TotalBytes / BlockBytes)
            {
                _free.Push(block);
            }
        }
    }

    /// <summary>Used again by the next who rents it: its owner gives it back once.</summary>
    private sealed class Block(OutputMemory pool) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(BlockBytes);

        public void Dispose() => pool.Return(this);
    }
}
