using System.Buffers;
using System.IO.Pipelines;

namespace Splice.Hooks;

/// <summary>The client's bytes; knows the input offset up to which they are consumed.</summary>
internal sealed class InputPipeReader(PipeReader inner, ulong offset, Action broken) : PipeReader
{
    private ReadOnlySequence<byte> _buffer;
    private ulong _consumed = offset;
    private long _examinedAhead;

    public ulong ConsumedOffset => _consumed;

    /// <summary>The transport broke: what follows is not an orderly end.</summary>
    public bool IsBroken { get; private set; }

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return EndLast(await inner.ReadAsync(cancellationToken));
        }
        catch (IOException)
        {
            IsBroken = true;
            broken();
            throw;
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        var read = inner.TryRead(out result);
        if (read)
        {
            result = EndLast(result);
        }

        return read;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _consumed += (ulong)_buffer.Slice(_buffer.Start, consumed).Length;
        _examinedAhead = _buffer.Slice(consumed, examined).Length;
        _buffer = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    /// <summary>
    /// Kestrel refuses a body when it reads that the client has ended its direction, even if the whole body is there, as it
    /// always is in a replay. So the end is told when nothing before it is left to look at.
    /// </summary>
    private ReadResult EndLast(ReadResult result)
    {
        _buffer = result.Buffer;
        return result.IsCompleted && result.Buffer.Length > _examinedAhead
            ? new ReadResult(result.Buffer, result.IsCanceled, isCompleted: false)
            : result;
    }
}
