using System.Runtime.InteropServices;

namespace Splice.Daemon.Splicing;

/// <summary>The few system calls that .NET's Socket does not offer. Constants are Linux's, from linux/tcp.h and asm-generic.</summary>
internal static unsafe partial class Libc
{
    public const int SolTcp = 6;
    public const int TcpMaxSegment = 2;
    public const int TcpWindowClamp = 10;
    public const int TcpInfo = 11;
    public const int TcpQuickAck = 12;
    public const int TcpRepair = 19;
    public const int TcpRepairQueue = 20;
    public const int TcpQueueSeq = 21;
    public const int TcpRepairWindow = 29;
    public const int RepairOn = 1;
    public const int RepairOffNoWindowProbe = -1;
    public const int ReceiveQueue = 1;
    public const int SendQueue = 2;
    public const int SolSocket = 1;
    public const int SoMark = 36;
    public const uint SiocOutQ = 0x5411;

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSockOpt(nint fd, int level, int name, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetSockOpt(nint fd, int level, int name, void* value, uint* length);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(nint fd, nuint request, int* value);
}
