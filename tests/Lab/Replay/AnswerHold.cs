using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Tests.Lab.Replay;

/// <summary>
/// Lets a socket lose every segment that carries data, as a client does that cannot be reached: the peer keeps what it has
/// sent as unacknowledged. Acknowledgements still arrive, so the socket itself can send.
/// </summary>
internal static class AnswerHold
{
    private const int SolSocket = 1;
    private const int AttachFilter = 26;
    private const int DetachFilter = 27;

    // Classic BPF; the packet begins with the TCP header, whose length is in the upper half of byte 12, in words.
    private static readonly ulong[] DropData =
    [
        Instruction(0x30, 12),             // A = byte 12
        Instruction(0x74, 4),              // A >>= 4
        Instruction(0x64, 2),              // A <<= 2
        Instruction(0x07, 0),              // X = A
        Instruction(0x80, 0),              // A = length of the packet
        Instruction(0x1d, 0, ifFalse: 1),  // if A = X
        Instruction(0x06, uint.MaxValue),  // keep
        Instruction(0x06, 0),              // drop
    ];

    public static void Begin(Socket socket)
    {
        var program = GCHandle.Alloc(DropData, GCHandleType.Pinned);
        try
        {
            // struct sock_fprog of linux/filter.h: the number of instructions, and where they are.
            Span<byte> pointer = stackalloc byte[16];
            BinaryPrimitives.WriteUInt16LittleEndian(pointer, (ushort)DropData.Length);
            BinaryPrimitives.WriteInt64LittleEndian(pointer[8..], program.AddrOfPinnedObject());
            socket.SetRawSocketOption(SolSocket, AttachFilter, pointer);
        }
        finally
        {
            program.Free();
        }
    }

    public static void End(Socket socket) => socket.SetRawSocketOption(SolSocket, DetachFilter, new byte[4]);

    /// <summary>struct sock_filter: code, two jump distances, operand.</summary>
    private static ulong Instruction(ushort code, uint operand, byte ifFalse = 0) => code | (ulong)ifFalse << 24 | (ulong)operand << 32;
}
