using System.Buffers;

namespace Splice.Hooks;

/// <summary>Counts what is written through it.</summary>
internal sealed class ReleaseCounter(IBufferWriter<byte> inner) : IBufferWriter<byte>
{
    public ulong Bytes { get; private set; }

    public void Advance(int count)
    {
        inner.Advance(count);
        Bytes += (ulong)count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);
}
