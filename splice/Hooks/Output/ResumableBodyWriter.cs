using System.Buffers;
using System.IO.Pipelines;
using Splice.Wire;

namespace Splice.Hooks;

/// <summary>
/// Writes a resumable body. Flushes, each of which costs a round trip to the store, come only every so many bytes; so do
/// checkpoints.
/// </summary>
internal sealed class ResumableBodyWriter(PipeWriter body, SpliceFlow flow, RequestJournal journal, long offset) : IBodyWriter
{
    private const int StateBytesMax = 4096;
    private readonly ulong _bodyOutputOffset = flow.Output.Position - (ulong)offset;
    private long _written = offset;
    private long _flushed = offset;
    private long _checkpoint = offset;
    private int _segmentBytes = flow.Output.SegmentBytes;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            var count = Math.Min(bytes.Length, await RoomAsync(cancellationToken));
            body.Write(bytes.Span[..count]);
            _written += count;
            bytes = bytes[count..];
        }
    }

    public async ValueTask<int> WriteFromAsync(
        Func<Memory<byte>, CancellationToken, ValueTask<int>> read, CancellationToken cancellationToken)
    {
        var room = await RoomAsync(cancellationToken);
        var memory = body.GetMemory(Math.Min(room, flow.Output.BlockBytes));
        var count = await read(memory[..Math.Min(room, memory.Length)], cancellationToken);
        body.Advance(count);
        _written += count;
        return count;
    }

    public async ValueTask CheckpointAsync(ReadOnlyMemory<byte> state, CancellationToken cancellationToken)
    {
        if (state.Length > StateBytesMax)
        {
            throw new ArgumentException(
                $"checkpoint state is {state.Length} bytes, at most {StateBytesMax}; keep large state where it can be read again",
                nameof(state));
        }

        if (_written - _checkpoint < _segmentBytes)
        {
            return;
        }

        if (!IsPlaceKnown)
        {
            await FlushAsync(cancellationToken);
        }

        if (!IsPlaceKnown || flow.Output.TryMark() is not { } mark)
        {
            return;
        }

        _checkpoint = _written;
        flow.Journal.Append(new JournalEntry.Checkpoint(
            mark.Offset, mark.Hash, _written, journal.Generator.Position, state.ToArray()));
        // Stands for the hash of the output before it, with which it is committed.
        await FlushAsync(cancellationToken);
    }

    /// <summary>What the segment still takes. A full one is flushed only now that more follows: a checkpoint may come first, and flushes too.</summary>
    private async ValueTask<int> RoomAsync(CancellationToken cancellationToken)
    {
        if (_written - _flushed >= _segmentBytes)
        {
            await FlushAsync(cancellationToken);
        }

        return (int)(_segmentBytes - (_written - _flushed));
    }

    /// <summary>Not while Kestrel holds bytes back, nor during replay.</summary>
    private bool IsPlaceKnown => flow.Output.Position == _bodyOutputOffset + (ulong)_written;

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        (_flushed, _segmentBytes) = (_written, flow.Output.SegmentBytes);
        var result = await body.FlushAsync(cancellationToken);
        if (result.IsCompleted || flow.IsAborted)
        {
            throw new OperationCanceledException("the client is gone");
        }
    }
}
