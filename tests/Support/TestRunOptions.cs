using System.Runtime.InteropServices;

namespace Tests.Support;

/// <summary>struct bpf_test_run_opts.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe partial struct TestRunOptions
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

    /// <returns>0, or a negated errno value.</returns>
    [LibraryImport("libbpf.so.1", EntryPoint = "bpf_prog_test_run_opts")]
    public static partial int Run(int programFd, TestRunOptions* options);
}
