using System.Net.Sockets;
using System.Runtime.InteropServices;
using Appliance.Cli.Lab;

namespace Appliance.Cli.Clients;

/// <summary>
/// Makes sockets inside a machine's namespace. A socket belongs for ever to the namespace of the thread that made it, so a
/// thread of its own goes there and comes back with nothing but the socket.
/// </summary>
public static partial class LabSocket
{
    private const int CloneNewNet = 0x40000000;

    public static Socket Create(Machine machine)
    {
        Socket? socket = null;
        var thread = new Thread(() =>
        {
            using var file = File.OpenHandle(machine.NamespacePath);
            if (SetNs((int)file.DangerousGetHandle(), CloneNewNet) == 0)
            {
                socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            }
        });
        thread.Start();
        thread.Join();
        return socket ?? throw new FailedException($"namespace {machine.Namespace} could not be entered; is the lab up?");
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNs(int fd, int type);
}
