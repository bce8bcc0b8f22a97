using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Splice.Wire;

namespace Splice.Daemon.Splicing;

/// <summary>
/// One leg while it still is a kernel socket, and the way out of the kernel: TCP_REPAIR stops the socket from speaking, its
/// sequence numbers are read, and closing it in that state sends nothing.
/// </summary>
internal sealed unsafe class LegSocket(Socket socket) : ILegSocket
{
    private const byte Established = 1;
    private const byte CloseWait = 8;
    private const byte OptionSack = 2;
    private const byte OptionWindowScale = 4;
    private const int InfoBytes = 104;

    public Socket Socket => socket;

    private nint Fd => socket.Handle;

    public FlowEnd Local => FlowEnd.From((IPEndPoint)socket.LocalEndPoint!);

    public FlowEnd Remote => FlowEnd.From((IPEndPoint)socket.RemoteEndPoint!);

    public int Available => socket.Available;

    public int Unacknowledged
    {
        get
        {
            int value;
            Check(Libc.Ioctl(Fd, Libc.SiocOutQ, &value), "SIOCOUTQ");
            return value;
        }
    }

    /// <summary>Before it connects: its windows shall have this scale, or a smaller one if its memory is less. The scale follows from
    /// the clamp (Linux tcp_select_initial_window).</summary>
    public static void ScaleWindow(Socket socket, byte shift)
    {
        const int UnscaledBits = 15;
        var clamp = 1 << Math.Min(UnscaledBits + shift, 30);
        _ = Libc.SetSockOpt(socket.Handle, Libc.SolTcp, Libc.TcpWindowClamp, &clamp, sizeof(int));
    }

    public LegInfo ReadInfo()
    {
        var info = stackalloc byte[InfoBytes];
        uint length = InfoBytes;
        Check(Libc.GetSockOpt(Fd, Libc.SolTcp, Libc.TcpInfo, info, &length), "TCP_INFO");
        var options = info[5];
        var scaled = (options & OptionWindowScale) != 0;
        int segment;
        length = sizeof(int);
        Check(Libc.GetSockOpt(Fd, Libc.SolTcp, Libc.TcpMaxSegment, &segment, &length), "TCP_MAXSEG");
        return new LegInfo(
            info[0] == Established,
            info[0] == CloseWait,
            (options & OptionSack) != 0,
            scaled ? (byte)(info[6] & 0x0f) : (byte)0,
            scaled ? (byte)(info[6] >> 4) : (byte)0,
            (ushort)segment);
    }

    public void Freeze() => Set(Libc.TcpRepair, Libc.RepairOn);

    public void Thaw() => Set(Libc.TcpRepair, Libc.RepairOffNoWindowProbe);

    public LegNumbers ReadNumbers()
    {
        Set(Libc.TcpRepairQueue, Libc.SendQueue);
        var send = Get(Libc.TcpQueueSeq);
        Set(Libc.TcpRepairQueue, Libc.ReceiveQueue);
        var receive = Get(Libc.TcpQueueSeq);
        RepairWindow window;
        var length = (uint)sizeof(RepairWindow);
        Check(Libc.GetSockOpt(Fd, Libc.SolTcp, Libc.TcpRepairWindow, &window, &length), "TCP_REPAIR_WINDOW");
        return new LegNumbers(send, receive, window.SendWindow);
    }

    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        socket.SendAsync(bytes, SocketFlags.None, cancellationToken);

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);

    /// <summary>Closes; silent if frozen.</summary>
    public void Dispose() => socket.Dispose();

    public void Abort()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    private void Set(int name, int value) =>
        Check(Libc.SetSockOpt(Fd, Libc.SolTcp, name, &value, sizeof(int)), $"TCP option {name}");

    private uint Get(int name)
    {
        uint value;
        uint length = sizeof(uint);
        Check(Libc.GetSockOpt(Fd, Libc.SolTcp, name, &value, &length), $"TCP option {name}");
        return value;
    }

    private static void Check(int result, string call)
    {
        if (result != 0)
        {
            throw new SocketException(Marshal.GetLastPInvokeError(), $"{call}: {new Win32Exception().Message}");
        }
    }
}
