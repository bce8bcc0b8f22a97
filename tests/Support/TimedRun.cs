using System.Runtime.InteropServices;

namespace Tests.Support;

/// <summary>Runs a program once after the other on a frame that the caller changes in between, and tells only what each run took.</summary>
/// <remarks>Nothing is allocated and nothing copied back, so that the caches hold what the program left there.</remarks>
public sealed unsafe class TimedRun : IDisposable
{
    private readonly int _programFd;
    private readonly int _bytes;
    private readonly byte* _frame;

    public TimedRun(int programFd, ReadOnlySpan<byte> frame)
    {
        (_programFd, _bytes) = (programFd, frame.Length);
        _frame = (byte*)NativeMemory.Alloc((nuint)frame.Length);
        frame.CopyTo(Frame);
    }

    public Span<byte> Frame => new(_frame, _bytes);

    /// <returns>Nanoseconds, the two readings of the clock included.</returns>
    public uint Run(out int verdict)
    {
        var options = new TestRunOptions
        {
            Bytes = (nuint)sizeof(TestRunOptions),
            DataIn = _frame,
            DataInBytes = (uint)_bytes,
            Repeat = 1,
        };
        var error = TestRunOptions.Run(_programFd, &options);
        verdict = (int)options.Verdict;
        return error == 0 ? options.Duration : throw new InvalidOperationException($"BPF_PROG_TEST_RUN failed with {Marshal.GetPInvokeErrorMessage(-error)}");
    }

    public void Dispose() => NativeMemory.Free(_frame);
}
