using System.Net;
using System.Net.Sockets;
using Splice.Daemon.Kernel;
using Splice.Wire.Abi;

namespace Tests.Kernel.Live;

/// <summary>Client, proxy and backend on veth pairs, with the program attached to the proxy's devices.</summary>
internal sealed class Topology : IDisposable
{
    public static readonly IPEndPoint Virtual = new(IPAddress.Parse("10.99.1.100"), 80);
    public static readonly IPEndPoint Inner = new(IPAddress.Parse("10.99.2.100"), 20001);
    public static readonly IPEndPoint Backend = new(IPAddress.Parse("10.99.2.2"), 8080);

    private readonly string _pinPath = $"/sys/fs/bpf/k-{Environment.ProcessId}";

    public Topology(CompiledObject compiled)
    {
        Assert.SkipWhen(compiled.SkipReason is not null, compiled.SkipReason ?? "");
        Assert.SkipUnless(File.Exists("/proc/mounts") && File.ReadAllText("/proc/mounts").Contains(" /sys/fs/bpf bpf "), "needs bpffs on /sys/fs/bpf");
        ProxySpace.Ip($"link add front type veth peer name front netns {ClientSpace.Name}");
        ProxySpace.Ip($"link add back type veth peer name back netns {BackendSpace.Name}");
        Address(ClientSpace, "front", "10.99.1.2/24");
        Address(ProxySpace, "front", "10.99.1.1/24", "10.99.1.100/32");
        Address(ProxySpace, "back", "10.99.2.1/24", "10.99.2.100/32");
        Address(BackendSpace, "back", "10.99.2.2/24");
        ClientSpace.Ip("route add 10.99.2.0/24 via 10.99.1.1");
        BackendSpace.Ip("route add 10.99.1.0/24 via 10.99.2.1");
        foreach (var setting in new[] { "net.ipv4.tcp_timestamps=0", "net.ipv4.tcp_ecn=0", "net.ipv4.ip_forward=1" })
            ProxySpace.Sysctl(setting);
        Program = ProxySpace.Run(() => KernelProgram.Load(compiled.ObjectPath, _pinPath, 64, "front", "back"));
        FrontIfindex = ProxySpace.Run(() => KernelDevice.IfIndex("front"));
        BackIfindex = ProxySpace.Run(() => KernelDevice.IfIndex("back"));
        Program.Services.Set(Wire.Service(Virtual));
        Program.Services.Set(Wire.Service(new IPEndPoint(Inner.Address, 0)));
    }

    public NetworkNamespace ClientSpace { get; } = new("c");
    public NetworkNamespace ProxySpace { get; } = new("p");
    public NetworkNamespace BackendSpace { get; } = new("b");
    public KernelProgram Program { get; }
    public uint FrontIfindex { get; }
    public uint BackIfindex { get; }

    public static Socket Listen(NetworkNamespace space, IPEndPoint endpoint) => space.Run(() =>
    {
        var socket = NewSocket();
        socket.Bind(endpoint);
        socket.Listen();
        return socket;
    });

    public static Socket Connect(NetworkNamespace space, IPEndPoint endpoint, IPEndPoint? from = null) => space.Run(() =>
    {
        var socket = NewSocket();
        if (from is not null)
            socket.Bind(from);
        socket.Connect(endpoint);
        return socket;
    });

    public void Dispose()
    {
        Program.Dispose();
        ProxySpace.Run(() =>
        {
            KernelProgram.Remove(_pinPath, "front", "back");
            return 0;
        });
        BackendSpace.Dispose();
        ProxySpace.Dispose();
        ClientSpace.Dispose();
    }

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
        SendTimeout = 10_000,
        ReceiveTimeout = 10_000,
    };

    private static void Address(NetworkNamespace space, string device, params string[] addresses)
    {
        foreach (var address in addresses)
            space.Ip($"address add {address} dev {device}");
        space.Ip($"link set {device} up");
    }
}
