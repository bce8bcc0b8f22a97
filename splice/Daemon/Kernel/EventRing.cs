using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Splice.Wire.Abi;

namespace Splice.Daemon.Kernel;

/// <summary>Takes one event; called on the ring's own thread. The payload is valid during the call only.</summary>
public delegate void SpliceEventHandler(in SpliceEvent header, ReadOnlySpan<byte> payload);

/// <summary>The events of the kernel program, in the order in which they happened on all processors.</summary>
/// <remarks>Events that the spliced before left unread come first.</remarks>
public sealed unsafe class EventRing : IDisposable
{
    private const int PollMilliseconds = 100;

    /// <summary>Between two batches. Nobody waits for an event that long before he notices, and under load many are handled
    /// together: waking for each packet would cost more than its event.</summary>
    private const uint PauseMicroseconds = 500;

    private readonly RingPositions _positions;
    private readonly int _fd;
    private SpliceEventHandler? _handler;
    private Func<TimeSpan?>? _batchEnded;
    private Exception? _failure;
    private Thread? _thread;
    private volatile bool _stopping;

    internal EventRing(int fd)
    {
        _fd = fd;
        _positions = new RingPositions(fd);
    }

    /// <summary>Bytes ever written to the ring. Everything before is handled once <see cref="ConsumerPosition"/> reaches it.</summary>
    public ulong ProducerPosition => _positions.Producer;

    /// <summary>Bytes ever handled.</summary>
    public ulong ConsumerPosition => _positions.Consumer;

    /// <summary>Begins to call the handler. An exception of the handler is a bug and ends the process.</summary>
    /// <param name="handler">Takes each event.</param>
    /// <param name="batchEnded">Called on the same thread when no event is waiting any more; says after which time it wants to be
    /// called again although none came.</param>
    public void Start(SpliceEventHandler handler, Func<TimeSpan?>? batchEnded = null)
    {
        if (_thread is not null)
            throw new InvalidOperationException("The event ring has one reader, which was started already.");
        (_handler, _batchEnded) = (handler, batchEnded);
        _thread = new Thread(Run) { Name = "splice events", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Stops the thread after the event it is at: what the handler uses may go after this.</summary>
    public void Stop()
    {
        _stopping = true;
        _thread?.Join();
    }

    public void Dispose()
    {
        Stop();
        _positions.Dispose();
    }

    private void Run()
    {
        var self = GCHandle.Alloc(this);
        var ring = LibBpf.RingNew(_fd, &Sample, GCHandle.ToIntPtr(self), 0);
        if (ring == 0)
            throw KernelException.Of("open the event ring", Marshal.GetLastPInvokeError(), "spliced needs CAP_BPF");
        try
        {
            var wait = PollMilliseconds;
            while (!_stopping)
            {
                var result = LibBpf.RingPoll(ring, wait);
                if (_failure is not null)
                    throw new InvalidOperationException("The handler of kernel events failed.", _failure);
                if (result < 0 && result != -LibC.Interrupted && !_stopping)
                    throw KernelException.Of("read the event ring", -result, "restart spliced");
                wait = (int)Math.Ceiling(Math.Min(PollMilliseconds, _batchEnded?.Invoke()?.TotalMilliseconds ?? PollMilliseconds));
                if (result > 0)
                    _ = LibC.Sleep(PauseMicroseconds);
            }
        }
        finally
        {
            LibBpf.RingFree(ring);
            self.Free();
        }
    }

    [UnmanagedCallersOnly]
    private static int Sample(nint context, byte* data, nuint bytes)
    {
        var ring = (EventRing)GCHandle.FromIntPtr(context).Target!;
        ref readonly var header = ref Unsafe.AsRef<SpliceEvent>(data);
        try
        {
            // The record may be larger: the kernel reserves fixed sizes.
            ring._handler!(header, new ReadOnlySpan<byte>(data + sizeof(SpliceEvent), (int)header.Length));
        }
        catch (Exception failure)
        {
            // An exception must not unwind through libbpf's frames; the loop throws it.
            ring._failure = failure;
            return -1;
        }

        return ring._stopping ? -LibC.Interrupted : 0;
    }
}
