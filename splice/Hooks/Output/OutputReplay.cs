using System.Buffers;

namespace Splice.Hooks;

/// <summary>
/// Output that an earlier owner has produced before. It is held until it reaches the next mark, compared, and only then
/// released: what the client has already is dropped, the rest goes on.
/// </summary>
internal sealed class OutputReplay(IEnumerable<OutputMark> marks, ulong ackedOffset)
{
    private readonly Queue<OutputMark> _marks = new(marks);
    private readonly ArrayBufferWriter<byte> _held = new();

    public bool IsOver => _marks.Count == 0;

    public OutputMark? Next => _marks.TryPeek(out var mark) ? mark : null;

    /// <summary>Takes bytes up to the next mark; returns how many.</summary>
    /// <exception cref="DivergenceException">The bytes differ from those of the earlier owner.</exception>
    public int Take(ReadOnlySpan<byte> bytes, ref ulong position, OutputChain chain, IBufferWriter<byte> released)
    {
        var mark = _marks.Peek();
        var taken = (int)Math.Min((ulong)bytes.Length, mark.Offset - position);
        chain.Append(bytes[..taken]);
        _held.Write(bytes[..taken]);
        position += (ulong)taken;
        if (position == mark.Offset)
        {
            Check(chain.LinkBytes > 0 ? chain.Close() : chain.Hash);
            Release(position, released);
        }

        return taken;
    }

    /// <summary>The output continues from a checkpoint.</summary>
    public void SkipTo(ulong offset)
    {
        while (_marks.TryPeek(out var mark) && mark.Offset <= offset)
        {
            _marks.Dequeue();
        }
    }

    /// <summary>A checkpoint and an output hash may stand at the same offset.</summary>
    private void Check(UInt128 hash)
    {
        var offset = _marks.Peek().Offset;
        while (_marks.TryPeek(out var mark) && mark.Offset == offset)
        {
            if (hash != mark.Hash)
            {
                throw new DivergenceException($"output offset {offset}", $"hash {mark.Hash:x32}", $"hash {hash:x32}");
            }

            _marks.Dequeue();
        }
    }

    private void Release(ulong position, IBufferWriter<byte> released)
    {
        var start = position - (ulong)_held.WrittenCount;
        var known = ackedOffset <= start ? 0 : (int)Math.Min(ackedOffset - start, (ulong)_held.WrittenCount);
        released.Write(_held.WrittenSpan[known..]);
        _held.ResetWrittenCount();
    }
}
