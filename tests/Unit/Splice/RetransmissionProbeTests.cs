using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Splice.Store;
using Tests.Support;

namespace Tests.Unit.Splice;

/// <summary>What the kernel says of segments that a socket's other end has really not got.</summary>
public sealed class RetransmissionProbeTests : IDisposable
{
    private readonly Socket _near = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _far;
    private readonly RetransmissionProbe _probe;

    public RetransmissionProbeTests()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _near.Connect(listener.LocalEndPoint!);
        _far = listener.Accept();
        _probe = new RetransmissionProbe(_near);
    }

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
    }

    [Fact]
    public void NothingLost_NothingSeen()
    {
        var before = Stopwatch.GetTimestamp();
        _near.Send("a"u8);
        _far.Receive(new byte[1]);

        Assert.False(_probe.HasSeenAnySince(before));
    }

    [Fact]
    public void SegmentLost_IsSeen_AndNoLongerBlamedForWhatIsAskedLater()
    {
        var before = Stopwatch.GetTimestamp();
        LoseAndRepeat();

        Assert.True(_probe.HasSeenAnySince(before));
        Assert.False(_probe.HasSeenAnySince(Stopwatch.GetTimestamp()));
    }

    [Fact]
    public void SocketClosed_WhatWasSeenStaysTrue()
    {
        var before = Stopwatch.GetTimestamp();
        LoseAndRepeat();
        Assert.True(_probe.HasSeenAnySince(before));

        _near.Dispose();

        Assert.True(_probe.HasSeenAnySince(before));
    }

    private void LoseAndRepeat()
    {
        _far.DropWhatArrives();
        _near.Send("a"u8);
        _far.DropNoLonger();
        _far.Receive(new byte[1]);
    }
}
