using System.Net;
using System.Net.Sockets;
using Splice.Daemon.Kernel;
using Splice.Wire.Abi;

namespace Tests.Kernel.Live;

/// <summary>Client, proxy and backend on veth pairs, with the program attached to the proxy's devices.</summary>
internal sealed class Topology : IDisposable
{
    private const uint FlowsMax = 64;

    private readonly string _pinPath = $"/sys/fs/bpf/k-{Environment.ProcessId}";
    private readonly string _objectPath;

    public Topology(CompiledObject compiled, bool v6)
    {
        Assert.SkipWhen(compiled.SkipReason is not null, compiled.SkipReason ?? "");
        Assert.SkipUnless(File.Exists("/proc/mounts") && File.ReadAllText("/proc/mounts").Contains(" /sys/fs/bpf bpf "), "needs bpffs on /sys/fs/bpf");
        _objectPath = compiled.ObjectPath;
        (ClientSpace, ProxySpace, BackendSpace) = (new("c"), new("p"), new("b"));
        var (front, back, bits, host) = v6 ? ("fd99:1::", "fd99:2::", 64, 128) : ("10.99.1.", "10.99.2.", 24, 32);
        Virtual = new(IPAddress.Parse($"{front}100"), 80);
        Inner = new(IPAddress.Parse($"{back}100"), 20001);
        Backend = new(IPAddress.Parse($"{back}2"), 8080);
        ProxySpace.Ip($"link add front type veth peer name front netns {ClientSpace.Name}");
        ProxySpace.Ip($"link add back type veth peer name back netns {BackendSpace.Name}");
        Address(ClientSpace, "front", $"{front}2/{bits}");
        Address(ProxySpace, "front", $"{front}1/{bits}", $"{front}100/{host}");
        Address(ProxySpace, "back", $"{back}1/{bits}", $"{back}100/{host}");
        Address(BackendSpace, "back", $"{back}2/{bits}");
        ClientSpace.Ip($"route add {(v6 ? back : back + "0")}/{bits} via {front}1");
        BackendSpace.Ip($"route add {(v6 ? front : front + "0")}/{bits} via {back}1");
        foreach (var setting in new[] { "ipv4.tcp_timestamps=0", "ipv4.tcp_ecn=0", "ipv4.ip_forward=1", "ipv6.conf.all.forwarding=1" })
            ProxySpace.Sysctl($"net.{setting}");
        Program = Load(FlowsMax);
        FrontIfindex = ProxySpace.Run(() => KernelDevice.IfIndex("front"));
        BackIfindex = ProxySpace.Run(() => KernelDevice.IfIndex("back"));
        Program.Services.Set(MapEnds.Service(Virtual), SpliceService.Wait);
        Program.Services.Set(MapEnds.Service(new IPEndPoint(Inner.Address, 0)), SpliceService.Wait);
    }

    public NetworkNamespace ClientSpace { get; }
    public NetworkNamespace ProxySpace { get; }
    public NetworkNamespace BackendSpace { get; }
    public IPEndPoint Virtual { get; }
    public IPEndPoint Inner { get; }
    public IPEndPoint Backend { get; }
    public KernelProgram Program { get; private set; }
    public uint FrontIfindex { get; }
    public uint BackIfindex { get; }

    /// <summary>What a restart of spliced does.</summary>
    public void Restart()
    {
        Program.Dispose();
        Program = Load(FlowsMax);
    }

    public KernelProgram Load(uint flowsMax) =>
        ProxySpace.Run(() => KernelProgram.Load(_objectPath, _pinPath, flowsMax, "front", "back"));

    public static Socket Listen(NetworkNamespace space, IPEndPoint endpoint) => space.Run(() =>
    {
        var socket = NewSocket(endpoint);
        socket.Bind(endpoint);
        socket.Listen();
        return socket;
    });

    public static Socket Connect(NetworkNamespace space, IPEndPoint endpoint, IPEndPoint? from = null) => space.Run(() =>
    {
        var socket = NewSocket(endpoint);
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

    private static Socket NewSocket(IPEndPoint endpoint) => new(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
        SendTimeout = 10_000,
        ReceiveTimeout = 10_000,
    };

    private static void Address(NetworkNamespace space, string device, params string[] addresses)
    {
        foreach (var address in addresses)
            space.Ip($"address add {address} dev {device}{(address.Contains(':') ? " nodad" : "")}");
        space.Ip($"link set {device} up");
    }
}
