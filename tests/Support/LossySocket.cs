using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Tests.Support;

/// <summary>Segments that do not arrive: a filter on the socket drops them before its TCP sees them (socket(7), SO_ATTACH_FILTER).</summary>
public static class LossySocket
{
    private const int SocketLevel = 1;
    private const int AttachFilter = 26;
    private const int DetachFilter = 27;

    /// <summary>A classic BPF program of one instruction, "return 0": no byte of the segment is kept.</summary>
    private const ulong Return0 = 0x06;

    extension(Socket socket)
    {
        public void DropWhatArrives()
        {
            var instruction = GCHandle.Alloc(Return0, GCHandleType.Pinned);
            var program = new FilterProgram(1, instruction.AddrOfPinnedObject());
            socket.SetRawSocketOption(SocketLevel, AttachFilter, MemoryMarshal.AsBytes(new ReadOnlySpan<FilterProgram>(ref program)));
            instruction.Free();
        }

        public void DropNoLonger() => socket.SetRawSocketOption(SocketLevel, DetachFilter, new byte[sizeof(int)]);
    }

    /// <summary>struct sock_fprog of linux/filter.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct FilterProgram(ushort Length, nint Instructions);
}
