using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Tests.Kernel.Live;

/// <summary>What TCP_REPAIR tells of a connection of the proxy; the socket then closes without a word.</summary>
internal sealed partial class FrozenLeg
{
    private const int TcpInfo = 11, TcpRepair = 19, TcpRepairQueue = 20, TcpQueueSeq = 21;
    private const int ReceiveQueue = 1, SendQueue = 2;
    private const int ShiftsOffset = 6; // in struct tcp_info: the peer's scale in the low half, ours in the high one
    private const ulong OutputQueue = 0x5411; // SIOCOUTQ

    private readonly Socket _socket;

    public FrozenLeg(Socket socket)
    {
        _socket = socket;
        Assert.True(SpinWait.SpinUntil(() => Unacknowledged(socket) == 0, TimeSpan.FromSeconds(5)));
        Set(TcpRepair, 1);
        Set(TcpRepairQueue, ReceiveQueue);
        ReceiveNext = (uint)Get(TcpQueueSeq);
        Set(TcpRepairQueue, SendQueue);
        SendNext = (uint)Get(TcpQueueSeq);
        var info = new byte[ShiftsOffset + 2];
        socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, TcpInfo, info);
        (PeerShift, OwnShift) = ((byte)(info[ShiftsOffset] & 15), (byte)(info[ShiftsOffset] >> 4));
    }

    public uint ReceiveNext { get; }
    public uint SendNext { get; }
    public byte PeerShift { get; }
    public byte OwnShift { get; }

    public void CloseSilently() => _socket.Dispose();

    private void Set(int option, int value) =>
        _socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, option, BitConverter.GetBytes(value));

    private int Get(int option)
    {
        var value = new byte[4];
        _socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, option, value);
        return BitConverter.ToInt32(value);
    }

    private static int Unacknowledged(Socket socket)
    {
        Control((int)socket.Handle, OutputQueue, out var bytes);
        return bytes;
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int fd, ulong request, out int value);
}
