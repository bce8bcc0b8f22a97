using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Splice.Store;

namespace Tests.Unit.Splice;

/// <summary>What the kernel says of segments that a socket's other end has really not got: its filter drops them.</summary>
public sealed class RetransmissionProbeTests : IDisposable
{
    private const int SocketLevel = 1;
    private const int AttachFilter = 26;
    private const int DetachFilter = 27;
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
        DropWhatArrives();
        _near.Send("a"u8);
        DropNoLonger();
        _far.Receive(new byte[1]);
    }

    /// <summary>A classic BPF program of one instruction: return 0, that is, keep no byte of the segment.</summary>
    private void DropWhatArrives()
    {
        const ulong Return0 = 0x06;
        var instruction = GCHandle.Alloc(Return0, GCHandleType.Pinned);
        var program = new SocketFilterProgram(1, instruction.AddrOfPinnedObject());
        _far.SetRawSocketOption(SocketLevel, AttachFilter, MemoryMarshal.AsBytes(new ReadOnlySpan<SocketFilterProgram>(ref program)));
        instruction.Free();
    }

    private void DropNoLonger() => _far.SetRawSocketOption(SocketLevel, DetachFilter, new byte[sizeof(int)]);

    /// <summary>struct sock_fprog of linux/filter.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct SocketFilterProgram(ushort Length, nint Instructions);
}
