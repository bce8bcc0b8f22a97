using System.Runtime.InteropServices;

namespace Splice.Daemon.Kernel;

/// <summary>The part of the C library that the kernel binding uses.</summary>
internal static unsafe partial class LibC
{
    public const int NoEntry = 2;
    public const int Exists = 17;
    public const int Interrupted = 4;
    public const int ProtectRead = 1;
    public const int ProtectWrite = 2;
    public const int MapShared = 1;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nuint bytes, int protection, int flags, int fd, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nuint bytes);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial uint IfIndex(string name);

    [LibraryImport("libc", EntryPoint = "usleep")]
    public static partial int Sleep(uint microseconds);

    [LibraryImport("libc", EntryPoint = "vsnprintf")]
    public static partial int Format(byte* buffer, nuint bytes, byte* format, nint arguments);
}
