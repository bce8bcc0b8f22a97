using System.Net;
using Splice.Wire;
using Splice.Wire.Tls;

namespace Appliance.Bench;

/// <summary>Records of flows that another proxy has spliced: HTTPS, each of a client and with secrets of its own.</summary>
internal static class ScaleRecord
{
    public const string Backend = "backend1";
    public const string Host = "webmail.lab";
    private const int InnerPorts = 60000, InnerPortFirst = 1024;
    private const int ClientAddressBits = 17, ClientPort = 40000;

    public static FlowEnd Virtual { get; } = FlowEnd.From(IPEndPoint.Parse("192.0.2.100:443"));

    public static FlowEnd Inner { get; } = FlowEnd.From(IPEndPoint.Parse("198.51.100.100:0"));

    private static FlowEnd FirstClient { get; } = FlowEnd.From(IPEndPoint.Parse("198.18.0.0:0"));

    private static FlowEnd FirstBackend { get; } = FlowEnd.From(IPEndPoint.Parse("198.51.100.21:0"));

    public static FlowRecord Of(int flow) => new()
    {
        Id = FlowId.NewRandom(),
        Fence = 1,
        Proxy = "proxy1",
        Backend = Backend,
        Kind = BackendKind.Hooks,
        Host = Host,
        SealedTls = new byte[TlsSecretsSeal.LengthBytesMax],
        Client = new FlowEnd(FirstClient.Address + (uint)(flow & ((1 << ClientAddressBits) - 1)), (ushort)(ClientPort + (flow >> ClientAddressBits))),
        Virtual = Virtual,
        Inner = Inner with { Port = (ushort)(InnerPortFirst + flow % InnerPorts) },
        BackendEnd = new FlowEnd(FirstBackend.Address + (uint)(flow / InnerPorts), 8080),
        ClientSeq = 1_000_000,
        VirtualSeq = 2_000_000,
        InnerSeq = 3_000_000,
        BackendSeq = 4_000_000,
        BackendOutputStart = 0,
        LoggedOffset = 1000,
        ClientShift = 7,
        VirtualShift = 7,
        InnerShift = 7,
        BackendShift = 7,
        ClientMss = 1460,
        Sack = true,
        AcceptedAt = 1_700_000_000_000,
    };
}
