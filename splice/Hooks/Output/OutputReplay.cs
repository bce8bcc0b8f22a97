using System.Buffers;

namespace Splice.Hooks;

/// <summary>
/// Output that an earlier owner has produced before. It is held until it reaches the next mark, compared, and only then
/// released, segment by segment as that owner did.
/// </summary>
internal sealed class OutputReplay(IEnumerable<OutputMark> marks, ClientStream stream)
{
    private readonly Queue<OutputMark> _marks = new(marks);
    private byte[] _held = [];
    private int _heldBytes;

    public bool IsOver => _marks.Count == 0;

    public OutputMark? Next => _marks.TryPeek(out var mark) ? mark : null;

    /// <summary>Sends again what the earlier owner sent on its own where the output is now.</summary>
    public void SendControls(ulong position)
    {
        while (_marks.TryPeek(out var mark) && mark.Control is { } control && mark.Offset == position)
        {
            ((TlsClientStream)stream).Send(control);
            _marks.Dequeue();
        }
    }

    /// <summary>Takes bytes up to the next mark; returns how many.</summary>
    /// <exception cref="DivergenceException">The bytes differ from those of the earlier owner.</exception>
    public int Take(ReadOnlySpan<byte> bytes, ref ulong position, OutputChain chain)
    {
        var mark = _marks.Peek();
        var taken = (int)Math.Min((ulong)bytes.Length, mark.Offset - position);
        chain.Append(bytes[..taken]);
        Hold(bytes[..taken], (int)(mark.Offset - position));
        position += (ulong)taken;
        if (position == mark.Offset)
        {
            var hash = chain.LinkBytes > 0 ? chain.Close() : chain.Hash;
            Check(mark, hash);
            stream.Release(new ReadOnlySequence<byte>(_held, 0, _heldBytes));
            LetGo();
            PassMarks(position, hash);
        }

        return taken;
    }

    /// <summary>The output continues from a checkpoint.</summary>
    public void SkipTo(ulong offset, ulong position)
    {
        SendControls(position);
        while (_marks.TryPeek(out var mark) && mark.Offset <= offset)
        {
            stream.Skip(mark.Offset - position);
            position = mark.Offset;
            if (mark.Control is null)
            {
                _marks.Dequeue();
            }

            SendControls(position);
        }
    }

    /// <summary>The first bytes of a segment bring memory for all of it: to grow it would copy them several times.</summary>
    private void Hold(ReadOnlySpan<byte> bytes, int segmentBytes)
    {
        if (_heldBytes == 0)
        {
            _held = ArrayPool<byte>.Shared.Rent(segmentBytes);
        }

        bytes.CopyTo(_held.AsSpan(_heldBytes));
        _heldBytes += bytes.Length;
    }

    private void LetGo()
    {
        ArrayPool<byte>.Shared.Return(_held);
        (_held, _heldBytes) = ([], 0);
    }

    /// <summary>Several marks may stand at one offset: a checkpoint, a hash, TLS records of our own.</summary>
    private void PassMarks(ulong position, UInt128 hash)
    {
        while (_marks.TryPeek(out var mark) && mark.Offset == position)
        {
            if (mark.Control is null)
            {
                Check(mark, hash);
                _marks.Dequeue();
            }

            SendControls(position);
        }
    }

    private static void Check(OutputMark mark, UInt128 hash)
    {
        if (hash != mark.Hash)
        {
            throw new DivergenceException($"output offset {mark.Offset}", $"hash {mark.Hash:x32}", $"hash {hash:x32}");
        }
    }
}
