using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Tests.Kernel.Live;

/// <summary>A network namespace that exists as long as this object.</summary>
internal sealed partial class NetworkNamespace : IDisposable
{
    private const int CloneNewNet = 0x40000000;

    private const uint RouteIsLocal = 0x8000_0000;
    private static readonly TimeSpan RouteWithin = TimeSpan.FromSeconds(10);

    public NetworkNamespace(string role)
    {
        Name = $"k-{Environment.ProcessId}-{role}";
        CompiledObject.Run("ip", $"netns add {Name}");
        Ip("link set lo up");
    }

    public string Name { get; }

    public void Ip(string arguments) => CompiledObject.Run("ip", $"-n {Name} {arguments}");

    /// <summary>
    /// Gives a device one more address, without its network, and waits until packets to it are this namespace's own: the kernel
    /// brings an IPv6 address first and the local route to it a little later, from a work queue.
    /// </summary>
    public void AddAddress(IPAddress address, string device)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            Ip($"address add {address}/32 dev {device}");
            return;
        }

        Ip($"address add {address}/128 dev {device} nodad");
        if (!Run(() => SpinWait.SpinUntil(() => HasLocalRoute(address), RouteWithin)))
            throw new InvalidOperationException($"{address} on {device}: no local route after {RouteWithin.TotalSeconds} s");
    }

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

    /// <summary>From the list of routes of the calling thread's namespace: destination, length, ..., flags, device.</summary>
    private static bool HasLocalRoute(IPAddress address)
    {
        var destination = Convert.ToHexStringLower(address.GetAddressBytes()) + " 80 ";
        return File.ReadLines("/proc/thread-self/net/ipv6_route")
            .Where(route => route.StartsWith(destination, StringComparison.Ordinal))
            .Select(route => route.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2])
            .Any(flags => (uint.Parse(flags, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & RouteIsLocal) != 0);
    }

    public void Dispose() => CompiledObject.Run("ip", $"netns del {Name}");

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int fd, int type);
}
