using System.IO.Pipelines;
using System.Net.Sockets;
using System.Numerics;
using Splice.Store;
using Splice.Wire;

namespace Splice.Hooks;

/// <summary>
/// Output between the application and the wire. It waits here until the journal that explains it is committed (I1), while the
/// application makes what comes next. One writer; behind it a pump releases the parts in their order.
/// </summary>
internal sealed class OutputStage(PipeWriter transport, ClientStream stream, OutputMemory memory, TimeProvider time, Action broken) : IDisposable
{
    private const int HeldFlushesMax = 16;
    private const int HeldBytesFirst = 256 * 1024;
    private const int SegmentBytesMin = 16 * 1024;

    // One is made while one is committed and one is sent.
    private const int SegmentsHeld = 3;

    // A client that takes all that may be held in so short a time may have more at a time.
    private static readonly TimeSpan TakenWithin = TimeSpan.FromMilliseconds(250);
    private static readonly Task<bool> NotCanceled = Task.FromResult(false);

    // The stage waits by itself: what it may hold changes.
    private readonly Pipe _content = new(new PipeOptions(
        memory.Blocks,
        pauseWriterThreshold: 0,
        minimumSegmentSize: OutputMemory.BlockBytes,
        readerScheduler: PipeScheduler.Inline,
        useSynchronizationContext: false));
    private readonly Lock _queueing = new();
    private readonly Lock _releasing = new();
    private readonly Queue<(List<OutputPart> Parts, Task Committed)> _queue = [];
    private List<OutputPart> _parts = [];
    private long _heldBytes;
    private volatile int _heldBytesMax = HeldBytesFirst;
    private long _takenBytes;
    private long _takenSince;
    private TaskCompletionSource<bool>? _room;
    private Task _pump = Task.CompletedTask;
    private bool _isPumping;
    private volatile bool _isDisposed;
    private volatile bool _isBroken;
    private volatile Exception? _failure;

    /// <summary>Where the content of the next segment is written.</summary>
    public PipeWriter Content => _content.Writer;

    /// <summary>How long a segment of a long body best is now: a power of two, so that it fills its TLS records.</summary>
    public int SegmentBytes => Math.Max(1 << BitOperations.Log2((uint)(HeldBytesMax / SegmentsHeld)), SegmentBytesMin);

    /// <summary>A long segment lies in few blocks: each is a call to the kernel of whoever reads a file into it.</summary>
    public int BlockBytes => SegmentBytes < OutputMemory.LongBlockBytes ? OutputMemory.BlockBytes : OutputMemory.LongBlockBytes;

    /// <summary>The content since the last part is a segment; it waits for the next flush.</summary>
    public void EndSegment(long contentBytes)
    {
        Interlocked.Add(ref _heldBytes, contentBytes);
        _parts.Add(new OutputPart((int)contentBytes, null));
    }

    public void Send(JournalEntry.ControlRecord record) => _parts.Add(new OutputPart(0, record));

    /// <summary>What was written goes out when the journal is committed. Waits only while too much is held.</summary>
    /// <exception cref="FenceException">The flow has a new owner: from here on nothing is sent.</exception>
    /// <exception cref="StoreUnavailableException">No store took the journal, and the policy is to refuse.</exception>
    public async ValueTask<FlushResult> FlushAsync(Task committed, CancellationToken cancellationToken = default)
    {
        await _content.Writer.FlushAsync(CancellationToken.None);
        Enqueue(committed);
        var isCanceled = await Room().WaitAsync(cancellationToken);
        ThrowIfFailed();
        return new FlushResult(isCanceled, isCompleted: _isBroken);
    }

    /// <summary>A flush that waits returns.</summary>
    public void CancelPendingFlush()
    {
        lock (_queueing)
        {
            _room?.TrySetResult(true);
        }
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

        EndWait();
    }

    /// <summary>Little for a client that reads slowly: whoever continues its flow makes all of that again.</summary>
    private int HeldBytesMax => Math.Min(_heldBytesMax, memory.AnswerBytes);

    private bool HasRoom =>
        _isDisposed || _failure is not null || (_queue.Count < HeldFlushesMax && Interlocked.Read(ref _heldBytes) <= HeldBytesMax);

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
            memory.Join();
        }

        _pump = PumpAsync();
    }

    /// <summary>Completes when more may be held; true if that was not waited for.</summary>
    private Task<bool> Room()
    {
        lock (_queueing)
        {
            if (HasRoom)
            {
                return NotCanceled;
            }

            _room = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    private async Task PumpAsync()
    {
        try
        {
            while (TryDequeue(out var parts, out var committed))
            {
                await committed;
                if (await ReleaseAsync(parts) && !_isBroken)
                {
                    _isBroken = true;
                    broken();
                }

                CountTaken(parts.Sum(part => (long)part.ContentBytes));
                EndWait();
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Fail(e);
            await _content.Reader.CompleteAsync();
        }
    }

    private bool TryDequeue(out List<OutputPart> parts, out Task committed)
    {
        lock (_queueing)
        {
            if (_queue.TryDequeue(out var next))
            {
                (parts, committed) = next;
                return true;
            }

            (parts, committed) = ([], Task.CompletedTask);
            _isPumping = false;
            memory.Leave();
            return false;
        }
    }

    /// <summary>By the pump only.</summary>
    private void CountTaken(long bytes)
    {
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(_takenSince, now) > TakenWithin)
        {
            (_takenBytes, _takenSince) = (0, now);
        }

        _takenBytes += bytes;
        if (_takenBytes >= _heldBytesMax)
        {
            (_takenBytes, _takenSince) = (0, now);
            _heldBytesMax = Math.Min(2 * _heldBytesMax, OutputMemory.AnswerBytesMax);
        }
    }

    /// <summary>The writer goes on if it waits for no reason any more.</summary>
    private void EndWait()
    {
        lock (_queueing)
        {
            if (HasRoom)
            {
                _room?.TrySetResult(false);
            }
        }
    }

    /// <summary>Told to the writer when it next flushes. What it still enqueues stays.</summary>
    private void Fail(Exception failure)
    {
        lock (_queueing)
        {
            _failure = failure;
            memory.Leave();
        }

        EndWait();
    }

    /// <summary>True once nobody takes what is released: the connection is gone, in order or not.</summary>
    private async ValueTask<bool> ReleaseAsync(List<OutputPart> parts)
    {
        try
        {
            return (await SendAsync(parts)).IsCompleted;
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or InvalidOperationException)
        {
            return true;
        }
    }

    private ValueTask<FlushResult> SendAsync(List<OutputPart> parts)
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
        Interlocked.Add(ref _heldBytes, -part.ContentBytes);
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            throw failure;
        }
    }
}
