using System.Buffers;
using Splice.Wire;
using Tests.Simulation.Engine;

namespace Tests.Simulation.Network;

/// <summary>
/// One end of an established TCP connection (RFC 9293), as a kernel runs it: sends again what is not acknowledged, answers
/// what it cannot take with where it stands, and believes no acknowledgement of what it has not sent.
/// </summary>
internal sealed class TcpEnd
{
    public const uint ReceiveWindow = 65535;
    public const int SegmentBytesMax = 2048;
    private static readonly TimeSpan TimeoutFirst = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan TimeoutMax = TimeSpan.FromMilliseconds(1600);
    private const int TimeoutsMax = 12;
    private static readonly TimeSpan InvalidPause = TimeSpan.FromMilliseconds(500);
    private readonly World _world;
    private readonly Action<Segment> _output;
    private readonly uint _first;
    private readonly ArrayBufferWriter<byte> _written = new();
    private readonly SortedDictionary<uint, Segment> _early = [];
    private uint _next;
    private uint _sentMax;
    private uint _window;
    private bool _finWritten;
    private bool _peerFinished;
    private int _duplicates;
    private int _timeouts;
    private TimeSpan _timeout = TimeoutFirst;
    private int _timer;
    private bool _timerRuns;
    private long _answeredInvalidNs;

    /// <param name="world">The world.</param>
    /// <param name="local">This end.</param>
    /// <param name="remote">The other end.</param>
    /// <param name="sendSeq">Sequence number of the first byte sent.</param>
    /// <param name="receiveSeq">Sequence number of the first byte received.</param>
    /// <param name="window">What the peer takes.</param>
    /// <param name="output">Puts a segment on the wire.</param>
    public TcpEnd(World world, FlowEnd local, FlowEnd remote, uint sendSeq, uint receiveSeq, uint window, Action<Segment> output)
    {
        (_world, Local, Remote, _output) = (world, local, remote, output);
        _first = _next = _sentMax = Unacknowledged = sendSeq;
        (Expected, _window) = (receiveSeq, window);
    }

    public FlowEnd Local { get; }

    public FlowEnd Remote { get; }

    /// <summary>What it advertises.</summary>
    public uint Window { get; init; } = ReceiveWindow;

    /// <summary>Oldest sequence number that the peer has not acknowledged.</summary>
    public uint Unacknowledged { get; private set; }

    /// <summary>Sequence number of the next byte written.</summary>
    public uint WriteSeq => _first + (uint)_written.WrittenCount;

    public uint Expected { get; private set; }

    public uint PeerWindow => _window;

    /// <summary>Over, for this end: it answers nothing any more.</summary>
    public bool IsGone { get; private set; }

    public bool IsAllAcknowledged => Unacknowledged == WriteSeq + (_finWritten ? 1u : 0u);

    public Action<byte[]> Received { get; set; } = _ => { };

    public Action Finished { get; set; } = () => { };

    public Action Reset { get; set; } = () => { };

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (!IsGone && !_finWritten)
        {
            _written.Write(bytes);
            SendWhatFits();
        }
    }

    /// <summary>Says FIN after what was written.</summary>
    public void Close()
    {
        if (!IsGone && !_finWritten)
        {
            _finWritten = true;
            SendWhatFits();
        }
    }

    /// <summary>Says RST and is gone.</summary>
    public void Abort()
    {
        if (!IsGone)
        {
            _output(Make(_next, []) with { IsReset = true });
            Vanish();
        }
    }

    /// <summary>Gone without a word.</summary>
    public void Vanish()
    {
        IsGone = true;
        _timer++;
    }

    public void Take(Segment segment)
    {
        if (IsGone)
        {
            return;
        }

        if (segment.IsReset)
        {
            TakeReset(segment);
            return;
        }

        // RFC 9293 §3.10.7.4: not in the window, or an acknowledgement of the future. Both are answered and not believed.
        if (Sequence.After(Expected, segment.SeqEnd) || Sequence.After(segment.Seq, Expected + Window) || Sequence.After(segment.Ack, _sentMax))
        {
            AnswerInvalid(segment);
            return;
        }

        TakeAcknowledgement(segment);
        if (segment.SeqEnd != segment.Seq)
        {
            TakeContent(segment);
            Acknowledge();
        }

        SendWhatFits();
    }

    /// <summary>As Linux does: what carries nothing only so often (tcp_invalid_ratelimit), or two ends would answer each other for ever.</summary>
    private void AnswerInvalid(Segment segment)
    {
        if (segment.Payload.Length > 0 || _world.NowNs - _answeredInvalidNs > World.Ns(InvalidPause))
        {
            _answeredInvalidNs = segment.Payload.Length > 0 ? _answeredInvalidNs : _world.NowNs;
            Acknowledge();
        }
    }

    private void TakeReset(Segment segment)
    {
        if (segment.Seq == Expected)
        {
            Vanish();
            Reset();
        }
        else if (!Sequence.After(segment.Seq, Expected + Window) && Sequence.After(segment.Seq, Expected))
        {
            Acknowledge();
        }
    }

    private void TakeAcknowledgement(Segment segment)
    {
        if (Sequence.After(Unacknowledged, segment.Ack))
        {
            return;
        }

        _window = segment.Window;
        if (Sequence.After(segment.Ack, Unacknowledged))
        {
            (Unacknowledged, _duplicates, _timeouts, _timeout) = (segment.Ack, 0, 0, TimeoutFirst);
            if (Sequence.After(Unacknowledged, _next))
            {
                _next = Unacknowledged;
            }

            StopTimer();
        }
        else if (segment.Payload.Length == 0 && Unacknowledged != _sentMax && ++_duplicates == 3)
        {
            SendOne(Unacknowledged);
        }
    }

    private void TakeContent(Segment segment)
    {
        if (Sequence.After(segment.Seq, Expected))
        {
            _early[segment.Seq] = segment;
            return;
        }

        Continue(segment);
        foreach (var (seq, early) in _early.ToArray())
        {
            if (!Sequence.After(seq, Expected))
            {
                _early.Remove(seq);
                Continue(early);
            }
        }
    }

    private void Continue(Segment segment)
    {
        var known = (int)(Expected - segment.Seq);
        if (known < segment.Payload.Length)
        {
            var fresh = segment.Payload[known..];
            Expected += (uint)fresh.Length;
            Received(fresh);
        }

        if (segment.IsFin && !_peerFinished && Expected == segment.SeqEnd - 1)
        {
            Expected++;
            _peerFinished = true;
            Finished();
        }
    }

    private void SendWhatFits()
    {
        var end = WriteSeq + (_finWritten ? 1u : 0u);
        var edge = Unacknowledged + _window;
        while (!IsGone && _next != end && Sequence.After(edge, _next))
        {
            _next += SendOne(_next);
            if (Sequence.After(_next, _sentMax))
            {
                _sentMax = _next;
            }
        }

        if (Unacknowledged != end && !_timerRuns)
        {
            StartTimer();
        }
    }

    /// <returns>Sequence numbers that it takes.</returns>
    private uint SendOne(uint seq)
    {
        var from = (int)(seq - _first);
        var count = (int)Math.Min(Math.Min(_written.WrittenCount - from, SegmentBytesMax), Math.Max(0, (int)(Unacknowledged + _window - seq)));
        var payload = count > 0 ? _written.WrittenSpan.Slice(from, count).ToArray() : [];
        var fin = _finWritten && from + payload.Length == _written.WrittenCount;
        _output(Make(seq, payload) with { IsFin = fin });
        return (uint)payload.Length + (fin ? 1u : 0u);
    }

    private void Acknowledge() => _output(Make(_sentMax, []));

    private Segment Make(uint seq, byte[] payload) => new(Local, Remote, seq, Expected, Window, payload);

    private void StartTimer()
    {
        _timerRuns = true;
        var timer = ++_timer;
        _world.After(_timeout, () =>
        {
            if (timer == _timer && !IsGone)
            {
                _timerRuns = false;
                TimeOut();
            }
        });
    }

    private void StopTimer()
    {
        _timerRuns = false;
        _timer++;
    }

    private void TimeOut()
    {
        if (_finWritten && ++_timeouts > TimeoutsMax)
        {
            // Nobody acknowledges its end: a kernel gives up (tcp_orphan_retries).
            Vanish();
            Reset();
            return;
        }

        _timeout = _timeout < TimeoutMax ? 2 * _timeout : TimeoutMax;
        _duplicates = 0;
        if (_window == 0 || Unacknowledged == _sentMax)
        {
            // A probe (RFC 9293 §3.8.6.1) as Linux sends it: without a byte, and old.
            _output(Make(Unacknowledged - 1, []));
            StartTimer();
            return;
        }

        _next = Unacknowledged;
        SendWhatFits();
    }
}
