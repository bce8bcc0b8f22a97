using Splice.Wire;
using Splice.Wire.Tls;

namespace Appliance.Bench;

/// <summary>Records of flows that another proxy has spliced: HTTPS, each of a client and with secrets of its own.</summary>
internal static class ScaleRecord
{
    public static FlowRecord Of(int i)
    {
        var flow = ScaleFlows.Flow(i);
        return new FlowRecord
        {
            Id = FlowId.NewRandom(),
            Fence = 1,
            Proxy = "proxy1",
            Backend = "backend1",
            Kind = BackendKind.Hooks,
            Host = "webmail.lab",
            SealedTls = new byte[TlsSecretsSeal.LengthBytesMax],
            Client = FlowEnd.From(flow.Client),
            Virtual = FlowEnd.From(flow.Virtual),
            Inner = FlowEnd.From(flow.Inner),
            BackendEnd = FlowEnd.From(flow.Backend),
            ClientSeq = 1_000_000,
            VirtualSeq = 2_000_000,
            InnerSeq = 3_000_000,
            BackendSeq = 4_000_000,
            BackendOutputStart = 0,
            LoggedOffset = 1000,
            ClientShift = flow.ClientShift,
            VirtualShift = flow.VirtualShift,
            InnerShift = flow.InnerShift,
            BackendShift = flow.BackendShift,
            ClientMss = 1460,
            Sack = true,
            AcceptedAt = 1_700_000_000_000,
        };
    }
}
