using System.Runtime.InteropServices;

namespace Tests.Kernel;

/// <summary>What a run of a program on a packet gave.</summary>
public sealed record TestResult(int Verdict, byte[] Frame, uint Mark, uint NanosecondsPerRun);

/// <summary>BPF_PROG_TEST_RUN: runs a loaded program on a packet without any device.</summary>
internal static unsafe partial class TestRun
{
    public const int Ok = 0, Shot = 2, Redirect = 7;
    private const uint ChecksumComplete = 4;
    private const int ContextBytes = 192; // struct __sk_buff
    private const int MarkOffset = 8;
    private const int IfindexOffset = 40;
    private const int InvalidArgument = 22;

    // The kernel itself checks afterwards that the sum a network card gave still matches (Linux 6.16 and newer).
    private static uint s_flags = ChecksumComplete;

    /// <param name="programFd">The program.</param>
    /// <param name="frame">The packet, from its Ethernet header on.</param>
    /// <param name="mark">Its mark.</param>
    /// <param name="repeat">How often, for a measurement.</param>
    /// <param name="ifindex">The device, in the caller's network namespace, that it seems to arrive at; 0 for lo.</param>
    public static TestResult Run(int programFd, byte[] frame, uint mark = 0, int repeat = 1, uint ifindex = 0)
    {
        var error = TryRun(programFd, frame, mark, repeat, ifindex, out var result);
        if (error == -InvalidArgument && s_flags != 0)
        {
            s_flags = 0;
            error = TryRun(programFd, frame, mark, repeat, ifindex, out result);
        }

        Assert.True(error == 0, $"BPF_PROG_TEST_RUN failed with {Marshal.GetPInvokeErrorMessage(-error)}");
        return result;
    }

    /// <summary>Whether this kernel takes a frame of so many bytes: older ones only what fits into a page.</summary>
    public static bool Takes(int programFd, int frameBytes) => TryRun(programFd, new byte[frameBytes], 0, 1, 0, out _) == 0;

    private static int TryRun(int programFd, byte[] frame, uint mark, int repeat, uint ifindex, out TestResult result)
    {
        var output = new byte[frame.Length + 256];
        var context = new byte[ContextBytes];
        var contextOut = new byte[ContextBytes];
        MemoryMarshal.Write(context.AsSpan(MarkOffset), mark);
        MemoryMarshal.Write(context.AsSpan(IfindexOffset), ifindex);
        fixed (byte* input = frame, dataOut = output, contextIn = context, contextResult = contextOut)
        {
            var options = new Options
            {
                Bytes = (nuint)sizeof(Options),
                DataIn = input,
                DataOut = dataOut,
                DataInBytes = (uint)frame.Length,
                DataOutBytes = (uint)output.Length,
                ContextIn = contextIn,
                ContextOut = contextResult,
                ContextInBytes = ContextBytes,
                ContextOutBytes = ContextBytes,
                Repeat = repeat,
                Flags = repeat == 1 ? s_flags : 0,
            };
            var error = RunProgram(programFd, &options);
            result = new TestResult(
                (int)options.Verdict, output[..(int)options.DataOutBytes], MemoryMarshal.Read<uint>(contextOut.AsSpan(MarkOffset)), options.Duration);
            return error;
        }
    }

    [LibraryImport("libbpf.so.1", EntryPoint = "bpf_prog_test_run_opts")]
    private static partial int RunProgram(int programFd, Options* options);

    [StructLayout(LayoutKind.Sequential)]
    private struct Options
    {
        public nuint Bytes;
        public byte* DataIn;
        public byte* DataOut;
        public uint DataInBytes;
        public uint DataOutBytes;
        public byte* ContextIn;
        public byte* ContextOut;
        public uint ContextInBytes;
        public uint ContextOutBytes;
        public uint Verdict;
        public int Repeat;
        public uint Duration;
        public uint Flags;
        public uint Cpu;
        public uint BatchSize;
    }
}
