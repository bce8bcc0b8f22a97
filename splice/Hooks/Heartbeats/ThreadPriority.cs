using System.Runtime.InteropServices;

namespace Splice.Hooks;

/// <summary>Raises the calling thread above ordinary ones, so that a busy CPU does not look like a dead process.</summary>
internal static partial class ThreadPriority
{
    private const int WhichProcess = 0;
    private const int Nice = -10;

    // On Linux priorities belong to threads, and 0 names the calling one.
    public static bool TryRaise() => OperatingSystem.IsLinux() && SetPriority(WhichProcess, 0, Nice) == 0;

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int priority);
}
