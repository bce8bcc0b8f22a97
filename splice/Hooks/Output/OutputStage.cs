using System.IO.Pipelines;
using Splice.Store;
using Splice.Wire;

namespace Splice.Hooks;

/// <summary>
/// Output between the application and the wire. It waits here until the journal that explains it is committed (I1), while the
/// application makes what comes next. One writer; behind it a pump releases the parts in their order.
/// </summary>
internal sealed class OutputStage(PipeWriter transport, ClientStream stream, Action broken) : IDisposable
{
    // Some round trips to the stores of a fast download; also what we hold for a client that reads slowly.
    private const int HeldBytesMax = 768 * 1024;
    private const int HeldFlushesMax = 16;
    private const int BlockBytes = 32 * 1024;
    private readonly Pipe _content = new(new PipeOptions(
        pauseWriterThreshold: HeldBytesMax,
        resumeWriterThreshold: HeldBytesMax * 2 / 3,
        minimumSegmentSize: BlockBytes,
        readerScheduler: PipeScheduler.Inline,
        useSynchronizationContext: false));
    private readonly Lock _queueing = new();
    private readonly Lock _releasing = new();
    private readonly Queue<(List<OutputPart> Parts, Task Committed)> _queue = [];
    private List<OutputPart> _parts = [];
    private Task _pump = Task.CompletedTask;
    private bool _isPumping;
    private bool _isDisposed;
    private volatile bool _isBroken;
    private volatile Exception? _failure;

    /// <summary>Where the content of the next segment is written.</summary>
    public PipeWriter Content => _content.Writer;

    /// <summary>The content since the last part is a segment; it waits for the next flush.</summary>
    public void EndSegment(long contentBytes) => _parts.Add(new OutputPart((int)contentBytes, null));

    public void Send(JournalEntry.ControlRecord record) => _parts.Add(new OutputPart(0, record));

    /// <summary>What was written goes out when the journal is committed. Waits only while too much is held.</summary>
    /// <exception cref="FenceException">The flow has a new owner: from here on nothing is sent.</exception>
    /// <exception cref="StoreUnavailableException">No store took the journal, and the policy is to refuse.</exception>
    public async ValueTask<FlushResult> FlushAsync(Task committed, CancellationToken cancellationToken = default)
    {
        var room = _content.Writer.FlushAsync(cancellationToken);
        Enqueue(committed);
        await room;
        if (HeldFlushes >= HeldFlushesMax)
        {
            await _pump;
        }

        ThrowIfFailed();
        return new FlushResult(isCanceled: false, isCompleted: _isBroken);
    }

    /// <summary>Completes when everything that was flushed has been handed to the transport.</summary>
    /// <exception cref="FenceException">As with <see cref="FlushAsync"/>.</exception>
    /// <exception cref="StoreUnavailableException">As with <see cref="FlushAsync"/>.</exception>
    public async ValueTask DrainAsync()
    {
        await _pump;
        ThrowIfFailed();
    }

    /// <summary>Nothing is released any more; what is held is lost.</summary>
    public void Dispose()
    {
        lock (_releasing)
        {
            _isDisposed = true;
            _content.Writer.Complete();
            _content.Reader.Complete();
        }
    }

    private int HeldFlushes
    {
        get
        {
            lock (_queueing)
            {
                return _queue.Count;
            }
        }
    }

    private void Enqueue(Task committed)
    {
        lock (_queueing)
        {
            _queue.Enqueue((_parts, committed));
            _parts = [];
            if (_isPumping)
            {
                return;
            }

            _isPumping = true;
        }

        _pump = PumpAsync();
    }

    private async Task PumpAsync()
    {
        try
        {
            while (TryDequeue(out var parts, out var committed))
            {
                await committed;
                if ((await ReleaseAsync(parts)).IsCompleted && !_isBroken)
                {
                    _isBroken = true;
                    broken();
                }
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Told to the writer when it next flushes.
            _failure = e;
            await _content.Reader.CompleteAsync();
        }
    }

    private bool TryDequeue(out List<OutputPart> parts, out Task committed)
    {
        lock (_queueing)
        {
            _isPumping = _queue.TryDequeue(out var next);
            (parts, committed) = next;
            return _isPumping;
        }
    }

    private ValueTask<FlushResult> ReleaseAsync(List<OutputPart> parts)
    {
        lock (_releasing)
        {
            if (_isDisposed)
            {
                return ValueTask.FromResult(new FlushResult(isCanceled: true, isCompleted: false));
            }

            foreach (var part in parts)
            {
                Release(part);
            }

            return transport.FlushAsync();
        }
    }

    private void Release(OutputPart part)
    {
        if (part.Control is { } control)
        {
            ((TlsClientStream)stream).Send(control);
            return;
        }

        _content.Reader.TryRead(out var read);
        var segment = read.Buffer.Slice(0, part.ContentBytes);
        stream.Release(segment);
        _content.Reader.AdvanceTo(segment.End);
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            throw failure;
        }
    }
}
