using System.Buffers;
using System.IO.Pipelines;
using Splice.Store;
using Splice.Wire;

namespace Splice.Hooks;

/// <summary>
/// Kestrel's way to the client. Knows the output offset, hashes what passes, and lets nothing through before the journal
/// that explains it is committed (I1) and, in replay, before it is known to be what was sent before (I3).
/// Single writer: Kestrel never writes during a flush.
/// </summary>
internal sealed class OutputPipeWriter(ClientStream stream, OutputStage stage, FlowJournal journal, ulong offset, OutputReplay? replay)
    : PipeWriter
{
    private readonly OutputChain _chain = new();
    private readonly OutputBuffer _buffer = new();
    private readonly ArrayBufferWriter<byte> _answer = new();
    private OutputReplay? _replay = replay is { IsOver: true } ? null : replay;
    private ulong _position = offset;
    private OutputMode _mode = OutputMode.BetweenRequests;
    private Exception? _failure;
    private bool _isUncut;
    private Memory<byte> _direct;

    /// <summary>Kestrel answered without asking the application: the bytes it wrote are passed, our own are sent.</summary>
    public required Func<ReadOnlyMemory<byte>, ValueTask<ReadOnlyMemory<byte>>> ReplaceAnswerAsync { get; init; }

    /// <summary>Called once when the output must not go on.</summary>
    public required Action<Exception> Failed { get; init; }

    /// <summary>True, once, if the client asks for a KeyUpdate.</summary>
    public required Func<bool> UpdateWanted { get; init; }

    /// <summary>A NewSessionTicket message that a new flow's client is sent first; empty if it has it.</summary>
    public ReadOnlyMemory<byte> Ticket { get; set; }

    /// <summary>Offset in the output's content: in plain HTTP also that on the wire.</summary>
    public ulong Position => _position;

    /// <summary>How long a segment of a long body best is now.</summary>
    public int SegmentBytes => stage.SegmentBytes;

    /// <summary>How much of it is best written at once.</summary>
    public int BlockBytes => IsNew ? stage.BlockBytes : OutputMemory.BlockBytes;

    public bool IsReplaying => _replay is not null;

    public override bool CanGetUnflushedBytes => stage.Content.CanGetUnflushedBytes;

    public override long UnflushedBytes => stage.Content.UnflushedBytes + _answer.WrittenCount;

    /// <summary>True if what is written now nobody has produced before.</summary>
    private bool IsNew => _mode == OutputMode.Passing && _replay is null && _failure is null;

    public void BeginRequest()
    {
        _chain.ContinueFrom(0);
        _mode = OutputMode.Passing;
        _replay?.SendControls(_position);
        EndReplayIfOver();
    }

    /// <summary>The connection ends in order: tells the store where, and a TLS client that it does. What it takes for a truncation
    /// otherwise is one.</summary>
    /// <exception cref="FenceException">The flow has a new owner.</exception>
    public async ValueTask CloseAsync()
    {
        var saysSo = stream is TlsClientStream { IsClosed: false } && _failure is null && _replay is null;
        if (saysSo)
        {
            EndSegment();
            await stage.FlushAsync(journal.CommitAsync());
        }

        await stage.DrainAsync();
        if (!saysSo)
        {
            await journal.CompleteAsync(stream.Offset);
            return;
        }

        Send(TlsClientStream.CloseAt(_position));
        await stage.FlushAsync(journal.CompleteAsync(stream.Offset + TlsClientStream.CloseBytes));
        await stage.DrainAsync();
    }

    /// <summary>Completes when the whole answer has been handed to the transport.</summary>
    /// <exception cref="DivergenceException">The earlier owner sent more.</exception>
    public async ValueTask EndRequestAsync()
    {
        if (_replay?.Next is { } mark)
        {
            throw Fail(new DivergenceException(
                $"output offset {_position}", $"more output, to offset {mark.Offset}", "the end of the answer"));
        }

        await stage.DrainAsync();
        _mode = OutputMode.BetweenRequests;
        _isUncut = false;
    }

    /// <summary>What follows is produced again only because Kestrel must; the client has it.</summary>
    public void BeginSkipping() => _mode = OutputMode.Skipping;

    /// <summary>The rest of the request's output is bytes of a body whose length is known: it is not cut by the memory it is written
    /// into, which may be the stage's own.</summary>
    public void BeginUncut() => _isUncut = true;

    public void ContinueFrom(JournalEntry.Checkpoint checkpoint)
    {
        _replay!.SkipTo(checkpoint.OutputOffset, _position);
        _position = checkpoint.OutputOffset;
        _chain.ContinueFrom(checkpoint.Hash);
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

        return new OutputMark(_position, _chain.LinkBytes > 0 ? CloseSegment() : _chain.Hash);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        _direct = _isUncut && IsNew ? stage.Content.GetMemory(sizeHint) : default;
        return _direct.IsEmpty ? _buffer.GetMemory(sizeHint, _isUncut) : _direct;
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (!_direct.IsEmpty)
        {
            Note(_direct.Span[..bytes]);
            stage.Content.Advance(bytes);
            _direct = _direct[bytes..];
            return;
        }

        var written = _buffer.Take(bytes);
        if (_mode == OutputMode.BetweenRequests)
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
        _buffer.Reset();
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

        try
        {
            return await SendAsync(cancellationToken);
        }
        catch (Exception e) when (e is FenceException or StoreUnavailableException)
        {
            // The journal has given the flow up. Kestrel would log a failure for each flush, and go on.
            return new FlushResult(isCanceled: false, isCompleted: true);
        }
    }

    public override void CancelPendingFlush() => stage.CancelPendingFlush();

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
        await SendAsync(CancellationToken.None);
    }

    private async ValueTask<FlushResult> SendAsync(CancellationToken cancellationToken)
    {
        if (_replay is null)
        {
            EndSegment();
        }

        var result = await stage.FlushAsync(journal.CommitAsync(), cancellationToken);
        if (_replay is not null)
        {
            // What is produced again is compared and released here, not by the stage.
            await stage.DrainAsync();
        }

        return result;
    }

    private void Pass(ReadOnlySpan<byte> bytes)
    {
        if (_failure is not null)
        {
            return;
        }

        try
        {
            while (bytes.Length > 0 && _replay is not null)
            {
                bytes = bytes[_replay.Take(bytes, ref _position, _chain)..];
                EndReplayIfOver();
            }
        }
        catch (DivergenceException e)
        {
            Fail(e);
            throw;
        }

        if (bytes.Length > 0)
        {
            Note(bytes);
            stage.Content.Write(bytes);
        }
    }

    private void Note(ReadOnlySpan<byte> bytes)
    {
        BeginSegment();
        _chain.Append(bytes);
        _position += (ulong)bytes.Length;
    }

    /// <summary>Before the first byte of a segment there is room for a TLS record of our own.</summary>
    private void BeginSegment()
    {
        if (!Ticket.IsEmpty)
        {
            Send(TlsClientStream.TicketAt(_position, Ticket));
            Ticket = default;
        }

        if (_chain.LinkBytes == 0 && stream is TlsClientStream tls && (UpdateWanted() || tls.IsKeyWorn))
        {
            Send(TlsClientStream.UpdateAt(_position));
        }
    }

    private void EndSegment()
    {
        if (_chain.LinkBytes > 0)
        {
            journal.Append(new JournalEntry.OutputHash(_position, CloseSegment()));
        }
    }

    private UInt128 CloseSegment()
    {
        stage.EndSegment(_chain.LinkBytes);
        return _chain.Close();
    }

    private void Send(JournalEntry.ControlRecord record)
    {
        journal.Append(record);
        stage.Send(record);
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
}
