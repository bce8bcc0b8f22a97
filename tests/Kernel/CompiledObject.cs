using System.Diagnostics;

namespace Tests.Kernel;

/// <summary>The kernel program, compiled once for all tests. Without compiler or permission the tests are skipped.</summary>
public sealed class CompiledObject : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("splice-kernel-").FullName;

    public CompiledObject()
    {
        ObjectPath = System.IO.Path.Combine(_folder, "splice.bpf.o");
        var source = System.IO.Path.Combine(RepositoryRoot(), "splice", "kernel");
        if (!File.Exists("/usr/bin/clang-14"))
            SkipReason = "needs clang-14 to compile the kernel program";
        else if (!Environment.IsPrivilegedProcess)
            SkipReason = "needs root to load kernel programs (CAP_BPF, CAP_NET_ADMIN)";
        else
            Run("clang-14", $"-O2 -g -target bpf -mcpu=v3 -Wall -Werror -I {source} -I /usr/include/{Triplet()} -c {source}/splice.bpf.c -o {ObjectPath}");
    }

    public string ObjectPath { get; }

    public string? SkipReason { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    internal static void Run(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {arguments}: exit code {process.ExitCode}\n{errors}");
    }

    private static string Triplet() =>
        System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture switch
        {
            System.Runtime.InteropServices.Architecture.Arm64 => "aarch64-linux-gnu",
            _ => "x86_64-linux-gnu",
        };

    private static string RepositoryRoot([System.Runtime.CompilerServices.CallerFilePath] string file = "") =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(file, "..", "..", ".."));
}
