using System.Buffers;

namespace Splice.Hooks;

/// <summary>
/// The memory in which the answers of this process wait for their journal. All answers share it: few may hold much, for each
/// segment costs a round trip to the stores, and of thousands none may hold much.
/// </summary>
internal sealed class OutputMemory : IDisposable
{
    public const int BlockBytes = 32 * 1024;
    public const int LongBlockBytes = 128 * 1024;

    /// <summary>How much may wait for its socket before more must wait here.</summary>
    public const int UnsentBytesMax = 16 * 1024;

    // Not more than processors keep at hand: what waits longer than that is fetched from slow memory again to be sealed and sent.
    private const int TotalBytes = 24 << 20;
    private const int AnswerBytesMin = 32 << 10;
    public const int AnswerBytesMax = 4 << 20;

    private readonly BlockPools _blocks = new(
        BlockBytes, new BlockPool(BlockBytes, TotalBytes / 3), new BlockPool(LongBlockBytes, 2 * TotalBytes / 3));
    private int _answers;

    public MemoryPool<byte> Blocks => _blocks;

    /// <summary>What one answer may hold now.</summary>
    public int AnswerBytes => Math.Clamp(TotalBytes / Math.Max(Volatile.Read(ref _answers), 1), AnswerBytesMin, AnswerBytesMax);

    /// <summary>An answer begins to hold output.</summary>
    public void Join() => Interlocked.Increment(ref _answers);

    /// <summary>It holds none any more.</summary>
    public void Leave() => Interlocked.Decrement(ref _answers);

    public void Dispose() => _blocks.Dispose();
}
