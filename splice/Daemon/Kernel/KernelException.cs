using System.Runtime.InteropServices;

namespace Splice.Daemon.Kernel;

/// <summary>The kernel, or what is needed to talk to it, refused. The message says what to do next.</summary>
public sealed class KernelException(string message) : Exception(message)
{
    /// <summary>A step failed with this errno value.</summary>
    internal static KernelException Of(string step, int errno, string next)
    {
        var detail = KernelLog.Take();
        return new KernelException(
            $"{step}: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno}); {next}" + (detail.Length == 0 ? "" : $"\n{detail}"));
    }
}
