using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Splice.Hooks;

/// <summary>
/// Lets a crash be seen at once: the kernel would free the memory of a killed process before it closes its connections, and
/// the proxies would wait for that. See <c>native/exit_guard.c</c>.
/// </summary>
internal sealed partial class ExitGuard(ILogger<ExitGuard> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var guard = Start();
            if (guard < 0)
            {
                log.LogWarning("no exit guard: {Error}; a crash of this process is noticed tens of milliseconds later",
                    Marshal.GetPInvokeErrorMessage(-guard));
            }
        }
        catch (DllNotFoundException)
        {
            log.LogInformation("no exit guard for this platform; a crash of this process is noticed tens of milliseconds later");
        }

        return Task.CompletedTask;
    }

    /// <summary>The guard ends by itself, after this process.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LibraryImport("splice_exit_guard", EntryPoint = "splice_exit_guard_start")]
    private static partial int Start();
}
