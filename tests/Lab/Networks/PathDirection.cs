using System.Buffers.Binary;
using System.Diagnostics;

namespace Tests.Lab.Networks;

/// <summary>One way of a path: a thread that takes frames from one device and gives them to the other when their time has come.</summary>
internal sealed class PathDirection
{
    private const ushort EtherTypeIPv4 = 0x0800;
    private const ushort EtherTypeIPv6 = 0x86dd;
    private const int BatchMax = 64;
    private static readonly TimeSpan WaitMax = TimeSpan.FromMilliseconds(50);
    private readonly Tap _from;
    private readonly Tap _to;
    private readonly PathCondition _condition;
    private readonly Random _random;
    private readonly PriorityQueue<byte[], (long Due, long Number)> _underWay = new();
    private readonly Thread _thread;
    private volatile bool _ended;
    private long _frames;

    public PathDirection(Tap from, Tap to, PathCondition condition, int seed)
    {
        (_from, _to, _condition, _random) = (from, to, condition, new Random(seed));
        _thread = new Thread(Run) { IsBackground = true, Name = "path" };
        _thread.Start();
    }

    public void End()
    {
        _ended = true;
        _thread.Join();
    }

    private void Run()
    {
        Span<byte> frame = stackalloc byte[Tap.FrameBytesMax];
        while (!_ended)
        {
            if (UntilNext() is var wait && wait > TimeSpan.Zero)
            {
                _from.Wait(wait);
            }

            for (var i = 0; i < BatchMax && _from.Read(frame) is > 0 and var bytes; i++)
            {
                Take(frame[..bytes]);
            }

            while (_underWay.TryPeek(out var next, out var at) && at.Due <= Stopwatch.GetTimestamp())
            {
                _underWay.Dequeue();
                _to.Write(next);
            }
        }
    }

    private TimeSpan UntilNext()
    {
        if (!_underWay.TryPeek(out _, out var at))
        {
            return WaitMax;
        }

        var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), at.Due);
        return wait < WaitMax ? wait : WaitMax;
    }

    private void Take(ReadOnlySpan<byte> frame)
    {
        // Without a neighbour's address nothing is sent at all: that is the lab's business, not the path's.
        if (BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) is not (EtherTypeIPv4 or EtherTypeIPv6))
        {
            _to.Write(frame);
            return;
        }

        // Always three numbers, so that the fate of a packet depends on nothing but its place.
        var (lost, twice, heldBack) = (
            _random.NextDouble() < _condition.Loss, _random.NextDouble() < _condition.Duplication, _random.NextDouble() < _condition.Reordering);
        if (lost)
        {
            return;
        }

        var delay = _condition.OneWay + (heldBack ? PathCondition.HoldBack : TimeSpan.Zero);
        var due = Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency);
        var bytes = frame.ToArray();
        for (var copies = twice ? 2 : 1; copies > 0; copies--)
        {
            _underWay.Enqueue(bytes, (due, _frames++));
        }
    }
}
