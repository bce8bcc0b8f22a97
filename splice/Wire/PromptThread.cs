using System.Runtime.InteropServices;

namespace Splice.Wire;

/// <summary>
/// A thread that goes before ordinary ones when the machine is busy: a heartbeat that waits for a processor looks like a
/// death. It must do little and wait often.
/// </summary>
/// <remarks>
/// The runtime's own thread priorities do nothing on Linux, so it is a nice value, which needs CAP_SYS_NICE or RLIMIT_NICE.
/// It counts only within one session where the kernel groups sessions (sched_autogroup_enabled). Not real time: the runtime's
/// locks spin, and a real-time thread that spins keeps the holder of the lock from running.
/// </remarks>
public static partial class PromptThread
{
    private const int WhichProcess = 0;
    private const int CallingThread = 0;
    private const int Nice = -10;

    /// <summary>Starts a thread that does not keep the process alive.</summary>
    /// <param name="name">Shown by debuggers and <c>ps</c>; Linux keeps 15 characters.</param>
    /// <param name="run">What the thread does; it is told whether it was raised above ordinary threads.</param>
    public static Thread Start(string name, Action<bool> run)
    {
        var thread = new Thread(() => run(TryRaise())) { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }

    // On Linux priorities belong to threads.
    private static bool TryRaise() => OperatingSystem.IsLinux() && SetPriority(WhichProcess, CallingThread, Nice) == 0;

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int thread, int nice);
}
