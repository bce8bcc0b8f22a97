using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Tests.Kernel.Live;

/// <summary>A network namespace that exists as long as this object.</summary>
internal sealed partial class NetworkNamespace : IDisposable
{
    private const int CloneNewNet = 0x40000000;

    public NetworkNamespace(string role)
    {
        Name = $"k-{Environment.ProcessId}-{role}";
        CompiledObject.Run("ip", $"netns add {Name}");
        Ip("link set lo up");
    }

    public string Name { get; }

    public void Ip(string arguments) => CompiledObject.Run("ip", $"-n {Name} {arguments}");

    public void Sysctl(string setting) => CompiledObject.Run("nsenter", $"--net=/run/netns/{Name} sysctl -qw {setting}");

    /// <summary>Runs work on a thread of its own inside the namespace; sockets made there stay there.</summary>
    public T Run<T>(Func<T> work)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle($"/run/netns/{Name}");
                if (SetNamespace((int)handle.DangerousGetHandle(), CloneNewNet) != 0)
                    throw new InvalidOperationException($"setns {Name}: {Marshal.GetLastPInvokeErrorMessage()}");
                result = work();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    public void Dispose() => CompiledObject.Run("ip", $"netns del {Name}");

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int fd, int type);
}
