using System.Net;
using Splice.Daemon.Configuration;
using Splice.Wire;

namespace Tests.Unit.Splice;

/// <summary>A configuration for parts of spliced that need one and no kernel: files.lab is plain, the rest is the webmail's.</summary>
internal static class DaemonConfig
{
    public static SplicedConfig Make() => new()
    {
        Name = "proxy1",
        AddressPairs = [new AddressPair(IPAddress.Loopback, IPAddress.Loopback)],
        Port = 80,
        FrontDevice = "front",
        BackDevice = "back",
        InnerPortFirst = 1,
        InnerPortLast = 1,
        HeartbeatListen = new IPEndPoint(IPAddress.Loopback, 1),
        ClusterKey = [],
        Stores = [],
        Pools =
        [
            new PoolConfig("files", BackendKind.Plain, ["files.lab"]),
            new PoolConfig("webmail", BackendKind.Hooks, ["*"]) { PlainHosts = ["webmail.lab"] },
        ],
        Backends = [new BackendConfig("backend1", "webmail", new IPEndPoint(IPAddress.Loopback, 8080))],
        KernelObject = "",
        PinPath = "",
        ControlSocket = "",
    };
}
