using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Tests.Lab.Networks;

/// <summary>A network device whose cable ends in this process: whole Ethernet frames are read and written. It goes when it is closed.</summary>
internal sealed unsafe partial class Tap : IDisposable
{
    public const int FrameBytesMax = 2048;
    private const int ReadWriteNonBlockingCloseOnExec = 0x2 | 0x800 | 0x80000;
    private const nuint SetInterface = 0x400454ca;
    private const short TapWithoutHeader = 0x0002 | 0x1000;
    private const int RequestBytes = 40;
    private const int NameBytesMax = 15;
    private const short Readable = 1;
    private readonly int _descriptor;

    /// <param name="name">Of the device, which appears in this process's network namespace, down.</param>
    public Tap(string name)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, NameBytesMax);
        _descriptor = Check(Open("/dev/net/tun", ReadWriteNonBlockingCloseOnExec), "open /dev/net/tun");
        var request = stackalloc byte[RequestBytes];
        new Span<byte>(request, RequestBytes).Clear();
        Encoding.ASCII.GetBytes(name, new Span<byte>(request, NameBytesMax));
        *(short*)(request + 16) = TapWithoutHeader;
        Check(Ioctl(_descriptor, SetInterface, request), $"make {name}");
    }

    /// <summary>Waits until a frame can be read, at most so long.</summary>
    public void Wait(TimeSpan timeoutMax)
    {
        var poll = new PollRequest { Descriptor = _descriptor, Events = Readable };
        var time = stackalloc long[2] { (long)timeoutMax.TotalSeconds, (long)timeoutMax.TotalNanoseconds % 1_000_000_000 };
        _ = Poll(&poll, 1, time, null);
    }

    /// <summary>The next frame's length; 0 if there is none now.</summary>
    public int Read(Span<byte> frame)
    {
        fixed (byte* bytes = frame)
        {
            return (int)Math.Max(0, ReadBytes(_descriptor, bytes, (nuint)frame.Length));
        }
    }

    /// <summary>A device that is down takes nothing, as a cable without a machine at its end.</summary>
    public void Write(ReadOnlySpan<byte> frame)
    {
        fixed (byte* bytes = frame)
        {
            _ = WriteBytes(_descriptor, bytes, (nuint)frame.Length);
        }
    }

    public void Dispose() => _ = Close(_descriptor);

    private static int Check(int result, string what) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{what}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(int descriptor, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "ppoll")]
    private static partial int Poll(PollRequest* requests, nuint count, long* timeout, void* signals);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint ReadBytes(int descriptor, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint WriteBytes(int descriptor, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
