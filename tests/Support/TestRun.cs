using System.Runtime.InteropServices;

namespace Tests.Support;

/// <summary>What a run of a program on a packet gave.</summary>
public sealed record RunResult(int Verdict, byte[] Frame, uint Mark, uint NanosecondsPerRun);

/// <summary>BPF_PROG_TEST_RUN: runs a loaded program on a packet without any device.</summary>
public static unsafe class TestRun
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
    /// <param name="withCardsSum">Whether a network card has summed it up.</param>
    /// <param name="ifindex">The device, in the caller's network namespace, that it seems to arrive at; 0 for lo.</param>
    public static RunResult Run(int programFd, byte[] frame, uint mark = 0, int repeat = 1, bool withCardsSum = true, uint ifindex = 0)
    {
        var error = TryRun(programFd, frame, mark, repeat, withCardsSum, ifindex, out var result);
        if (error == -InvalidArgument && s_flags != 0)
        {
            s_flags = 0;
            error = TryRun(programFd, frame, mark, repeat, withCardsSum, ifindex, out result);
        }

        return error == 0 ? result : throw new InvalidOperationException($"BPF_PROG_TEST_RUN failed with {Marshal.GetPInvokeErrorMessage(-error)}");
    }

    /// <summary>Whether this kernel takes a frame of so many bytes: older ones only what fits into a page.</summary>
    public static bool Takes(int programFd, int frameBytes) => TryRun(programFd, new byte[frameBytes], 0, 1, true, 0, out _) == 0;

    private static int TryRun(int programFd, byte[] frame, uint mark, int repeat, bool withCardsSum, uint ifindex, out RunResult result)
    {
        var output = new byte[frame.Length + 256];
        var context = new byte[ContextBytes];
        var contextOut = new byte[ContextBytes];
        MemoryMarshal.Write(context.AsSpan(MarkOffset), mark);
        MemoryMarshal.Write(context.AsSpan(IfindexOffset), ifindex);
        fixed (byte* input = frame, dataOut = output, contextIn = context, contextResult = contextOut)
        {
            var options = new TestRunOptions
            {
                Bytes = (nuint)sizeof(TestRunOptions),
                DataIn = input,
                DataOut = dataOut,
                DataInBytes = (uint)frame.Length,
                DataOutBytes = (uint)output.Length,
                ContextIn = contextIn,
                ContextOut = contextResult,
                ContextInBytes = ContextBytes,
                ContextOutBytes = ContextBytes,
                Repeat = repeat,
                Flags = repeat == 1 && withCardsSum ? s_flags : 0,
            };
            var error = TestRunOptions.Run(programFd, &options);
            result = new RunResult(
                (int)options.Verdict, output[..(int)options.DataOutBytes], MemoryMarshal.Read<uint>(contextOut.AsSpan(MarkOffset)), options.Duration);
            return error;
        }
    }
}
