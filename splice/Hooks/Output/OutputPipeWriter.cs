using System.Buffers;
using System.IO.Pipelines;
using Splice.Wire;

namespace Splice.Hooks;

/// <summary>
/// Kestrel's way to the client. Knows the output offset, hashes what passes, and lets nothing through before the journal
/// that explains it is committed (I1) and, in replay, before it is known to be what was sent before (I3).
/// Single writer: Kestrel never writes during a flush.
/// </summary>
internal sealed class OutputPipeWriter(PipeWriter inner, FlowJournal journal, ulong offset, OutputReplay? replay) : PipeWriter
{
    private const int ScratchBytes = 16 * 1024;
    private readonly OutputChain _chain = new();
    private readonly ArrayBufferWriter<byte> _answer = new();
    private OutputReplay? _replay = replay is { IsOver: true } ? null : replay;
    private ulong _position = offset;
    private OutputMode _mode = OutputMode.BetweenRequests;
    private Memory<byte> _memory;
    private byte[]? _scratch;
    private bool _toInner;
    private Exception? _failure;

    /// <summary>Kestrel answered without asking the application: the bytes it wrote are passed, our own are sent.</summary>
    public required Func<ReadOnlyMemory<byte>, ValueTask<ReadOnlyMemory<byte>>> ReplaceAnswerAsync { get; init; }

    /// <summary>Called once when the output must not go on.</summary>
    public required Action<Exception> Failed { get; init; }

    /// <summary>Called when the transport takes no more.</summary>
    public required Action Broken { get; init; }

    public ulong Position => _position;

    /// <summary>Bytes handed to the transport on this connection.</summary>
    public ulong ReleasedBytes { get; private set; }

    public bool IsReplaying => _replay is not null;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes + _answer.WrittenCount;

    public void BeginRequest()
    {
        _chain.ContinueFrom(0);
        _mode = OutputMode.Passing;
    }

    /// <exception cref="DivergenceException">The earlier owner sent more.</exception>
    public void EndRequest()
    {
        if (_replay?.Next is { } mark)
        {
            throw Fail(new DivergenceException(
                $"output offset {_position}", $"more output, to offset {mark.Offset}", "the end of the answer"));
        }

        _mode = OutputMode.BetweenRequests;
    }

    /// <summary>What follows is produced again only because Kestrel must; the client has it.</summary>
    public void BeginSkipping() => _mode = OutputMode.Skipping;

    public void ContinueFrom(JournalEntry.Checkpoint checkpoint)
    {
        _position = checkpoint.OutputOffset;
        _chain.ContinueFrom(checkpoint.Hash);
        _replay!.SkipTo(_position);
        EndReplayIfOver();
        _mode = OutputMode.Passing;
    }

    /// <summary>Ends a link of the chain here, for a checkpoint; null while that would be of no use.</summary>
    public OutputMark? TryMark()
    {
        if (_replay is not null || _mode != OutputMode.Passing)
        {
            return null;
        }

        return new OutputMark(_position, _chain.LinkBytes > 0 ? _chain.Close() : _chain.Hash);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        _toInner = _mode == OutputMode.Passing && _replay is null;
        return _memory = _toInner ? inner.GetMemory(sizeHint) : Scratch(sizeHint);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        var written = _memory.Span[..bytes];
        // Kestrel may advance twice over memory it asked for once.
        _memory = _memory[bytes..];
        if (_toInner)
        {
            _chain.Append(written);
            inner.Advance(bytes);
            Passed(bytes);
        }
        else if (_mode == OutputMode.BetweenRequests)
        {
            _answer.Write(written);
        }
        else if (_mode == OutputMode.Passing)
        {
            Pass(written);
        }
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_mode == OutputMode.BetweenRequests && _answer.WrittenCount > 0)
        {
            await AnswerAsync();
        }

        if (_failure is not null)
        {
            throw _failure;
        }

        if (_mode == OutputMode.Skipping)
        {
            return default;
        }

        if (_chain.LinkBytes > 0 && _replay is null)
        {
            journal.Append(new JournalEntry.OutputHash(_position, _chain.Close()));
        }

        await journal.CommitAsync();
        var result = await inner.FlushAsync(cancellationToken);
        if (result.IsCompleted)
        {
            Broken();
        }

        return result;
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    /// <summary>The connection's middleware ends the transport, after it has declared the output complete.</summary>
    public override void Complete(Exception? exception = null)
    {
    }

    private async ValueTask AnswerAsync()
    {
        var answer = await ReplaceAnswerAsync(_answer.WrittenMemory);
        _answer.ResetWrittenCount();
        _mode = OutputMode.Passing;
        Pass(answer.Span);
        _mode = OutputMode.Skipping;
        if (_replay is null)
        {
            journal.Append(new JournalEntry.OutputHash(_position, _chain.Close()));
        }

        await journal.CommitAsync();
        await inner.FlushAsync();
    }

    /// <summary>Bytes that are not in the transport's memory already.</summary>
    private void Pass(ReadOnlySpan<byte> bytes)
    {
        if (_failure is not null)
        {
            return;
        }

        try
        {
            var counted = new ReleaseCounter(inner);
            while (bytes.Length > 0 && _replay is not null)
            {
                bytes = bytes[_replay.Take(bytes, ref _position, _chain, counted)..];
                EndReplayIfOver();
            }

            ReleasedBytes += counted.Bytes;
        }
        catch (DivergenceException e)
        {
            Fail(e);
            throw;
        }

        if (bytes.Length > 0)
        {
            _chain.Append(bytes);
            inner.Write(bytes);
            Passed(bytes.Length);
        }
    }

    private void Passed(int bytes)
    {
        _position += (ulong)bytes;
        ReleasedBytes += (ulong)bytes;
    }

    private void EndReplayIfOver()
    {
        if (_replay is { IsOver: true })
        {
            _replay = null;
        }
    }

    private Exception Fail(Exception failure)
    {
        _failure = failure;
        Failed(failure);
        return failure;
    }

    private Memory<byte> Scratch(int sizeHint)
    {
        if (_scratch is null || _scratch.Length < sizeHint)
        {
            _scratch = new byte[Math.Max(sizeHint, ScratchBytes)];
        }

        return _scratch;
    }
}
