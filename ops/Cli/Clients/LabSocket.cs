using System.Net.Sockets;
using System.Runtime.InteropServices;
using Appliance.Cli.Lab;

namespace Appliance.Cli.Clients;

/// <summary>
/// Makes sockets inside a machine's namespace. A socket belongs for ever to the namespace of the thread that made it, so a
/// thread of its own goes there and comes back with nothing but the descriptor: whatever else the runtime might begin there
/// (the threads of its socket engine, and all that those begin) would stay in the namespace.
/// </summary>
public static partial class LabSocket
{
    private const int CloneNewNet = 0x40000000;
    private const int AddressFamilyInternet = 2;
    private const int AddressFamilyInternet6 = 10;
    private const int StreamCloseOnExec = 1 | 0x80000;
    private const int None = -1;

    public static Socket Create(Machine machine, AddressFamily family = AddressFamily.InterNetwork)
    {
        var descriptor = None;
        using var file = File.OpenHandle(machine.NamespacePath);
        var @namespace = (int)file.DangerousGetHandle();
        var thread = new Thread(() =>
        {
            if (SetNs(@namespace, CloneNewNet) == 0)
            {
                descriptor = NewSocket(family == AddressFamily.InterNetwork ? AddressFamilyInternet : AddressFamilyInternet6, StreamCloseOnExec, 0);
            }
        });
        thread.Start();
        thread.Join();
        return descriptor != None
            ? new Socket(new SafeSocketHandle(descriptor, ownsHandle: true)) { NoDelay = true }
            : throw new FailedException($"namespace {machine.Namespace} could not be entered; is the lab up?");
    }

    [LibraryImport("libc", EntryPoint = "setns")]
    private static partial int SetNs(int fd, int type);

    [LibraryImport("libc", EntryPoint = "socket")]
    private static partial int NewSocket(int family, int type, int protocol);
}
