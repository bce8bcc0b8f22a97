using System.Net;
using Splice.Daemon.Kernel;
using Splice.Wire.Abi;

namespace Tests.Kernel.Live;

/// <summary>Packets for an address that another proxy on the same network has: passed on as they are, one hop older.</summary>
public sealed class ElsewhereTests : IDisposable
{
    private const int CostRuns = 1_000_000;
    private const int IPv4TtlAt = 14 + 8;
    private const int IPv6HopLimitAt = 14 + 7;
    private readonly NetworkNamespace _proxy = new("e");
    private readonly Harness _harness;
    private readonly uint _device;

    /// <summary>One device, on both networks of both families; the address is what packets in these tests are sent to.</summary>
    public ElsewhereTests(CompiledObject compiled)
    {
        _harness = new Harness(compiled);
        _proxy.Sysctl("net.ipv4.conf.lo.forwarding=1");
        _proxy.Sysctl("net.ipv6.conf.lo.forwarding=1");
        _proxy.Ip("link add front address 02:00:00:00:00:01 type veth peer name other");
        foreach (var address in (string[])["192.0.2.1/24", "198.51.100.1/24", "2001:db8:1::1/64 nodad", "2001:db8:2::1/64 nodad"])
        {
            _proxy.Ip($"address add {address} dev front");
        }

        _proxy.Ip("link set other up");
        _proxy.Ip("link set front up");
        _device = _proxy.Run(() => KernelDevice.IfIndex("front"));
    }

    public static TheoryData<bool, bool> FamiliesAndDirections => new(
        from v6 in (bool[])[false, true] from fromClient in (bool[])[false, true] select (v6, fromClient));

    [Theory]
    [MemberData(nameof(FamiliesAndDirections))]
    public void PacketOfAFlow_AddressElsewhere_IsPassedOnUntouched(bool v6, bool fromClient)
    {
        var flow = FlowOf(v6);
        _harness.Install(flow);
        var packet = PacketOf(flow, fromClient) with { Payload = new byte[100] };

        var result = Arrive(packet, fromClient);

        AssertPassedOn(packet.ToBytes(), result);
        Assert.Equal((0ul, 0ul, 0ul), (_harness.Flow.PacketsIn, _harness.Flow.PacketsOut, _harness.Flow.ClientSeenNs));
        Assert.Empty(_harness.Events());
    }

    [Theory]
    [MemberData(nameof(FamiliesAndDirections))]
    public void PacketOfNoFlow_AddressElsewhere_IsPassedOnUntouched(bool v6, bool fromClient)
    {
        var flow = FlowOf(v6);
        _harness.AddService(flow.Virtual);
        _harness.AddService(new IPEndPoint(flow.Inner.Address, 0));
        foreach (var flags in (byte[])[Packet.Syn, Packet.Ack, Packet.Rst])
        {
            var packet = PacketOf(flow, fromClient) with { Flags = flags };
            AssertPassedOn(packet.ToBytes(), Arrive(packet, fromClient));
        }
    }

    [Theory]
    [MemberData(nameof(FamiliesAndDirections))]
    public void PacketOfAFlow_AddressComesHere_IsTranslatedAtOnce(bool v6, bool fromClient)
    {
        var flow = FlowOf(v6);
        _harness.Install(flow);
        BringAddress(flow, fromClient);

        var result = Arrive(PacketOf(flow, fromClient), fromClient);

        Assert.Equal(TestRun.Redirect, result.Verdict);
        Assert.Equal(1ul, _harness.Flow.PacketsIn + _harness.Flow.PacketsOut);
    }

    [Theory]
    [MemberData(nameof(FamiliesAndDirections))]
    public void PacketOfAFlow_KernelDoesNotSayWhere_IsTranslated(bool v6, bool fromClient)
    {
        var flow = FlowOf(v6);
        _harness.Install(flow);
        _proxy.Sysctl($"net.ipv{(v6 ? 6 : 4)}.conf.lo.forwarding=0");

        Arrive(PacketOf(flow, fromClient), fromClient);

        Assert.Equal(1ul, _harness.Flow.PacketsIn + _harness.Flow.PacketsOut);
    }

    /// <summary>Two proxies that take each other for the owner.</summary>
    [Theory]
    [MemberData(nameof(FamiliesAndDirections))]
    public void Packet_OnItsLastHop_IsDroppedWithTheReason(bool v6, bool fromClient)
    {
        var flow = FlowOf(v6);
        _harness.Install(flow);
        var frame = PacketOf(flow, fromClient).ToBytes();
        SetHops(frame, 1);

        Assert.Equal(TestRun.Shot, Arrive(frame, fromClient).Verdict);
        Assert.Equal(1ul, _harness.Dropped(SpliceDrop.NoHops));
    }

    /// <summary>A bridge that does not know where an address is sends to everybody.</summary>
    [Fact]
    public void Packet_SentToAnotherMachine_IsNotPassedOn()
    {
        var flow = FlowOf(false);
        _harness.Install(flow);
        var frame = flow.FromClient().ToBytes();
        frame[5] = 9;

        var result = Arrive(frame, true);

        Assert.Equal(TestRun.Ok, result.Verdict);
        Assert.Equal(frame, result.Frame);
    }

    /// <summary>The sum in the header is one's complement arithmetic, which has two zeros.</summary>
    [Fact]
    public void Packet_WithAnyHeaderSum_HasARightOneAfterwards()
    {
        var flow = FlowOf(false);
        _harness.AddService(flow.Virtual);
        for (var identification = 0; identification <= ushort.MaxValue; identification += 251)
        {
            var frame = flow.FromClient().ToBytes();
            (frame[18], frame[19]) = ((byte)(identification >> 8), (byte)identification);
            SetHops(frame, 64);
            AssertPassedOn(frame, Arrive(frame, true));
        }
    }

    /// <summary>What it costs an active proxy to know that it is; the figures go into the output.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Packet_AddressHere_CostsLittleMore(bool v6)
    {
        var flow = FlowOf(v6);
        // A repeated run translates its own output: only the first packet is the flow's. So the flow is its own mirror.
        var loop = flow with { Client = flow.Inner, Virtual = flow.Backend, DeltaIn = 0, DeltaOut = 0, LoggedSeq = flow.FromBackend().AckNumber };
        _harness.Install(loop);
        BringAddress(flow, fromClient: false);
        var frame = (loop.FromBackend() with { Payload = new byte[1000] }).ToBytes();

        var asked = _proxy.Run(() => _harness.Back(frame, CostRuns, _device)).NanosecondsPerRun;
        _proxy.Sysctl($"net.ipv{(v6 ? 6 : 4)}.conf.lo.forwarding=0");
        var notAsked = _proxy.Run(() => _harness.Back(frame, CostRuns, _device)).NanosecondsPerRun;

        TestContext.Current.TestOutputHelper?.WriteLine($"translated {asked} ns, of which {(long)asked - notAsked} ns to ask where the address is");
        Assert.Equal(2ul * CostRuns, _harness.Flow.PacketsOut);
    }

    public void Dispose()
    {
        _harness.Dispose();
        _proxy.Dispose();
    }

    private static TestFlow FlowOf(bool v6) => v6 ? TestFlow.V6 : new TestFlow();

    private static Packet PacketOf(TestFlow flow, bool fromClient) => fromClient ? flow.FromClient() : flow.FromBackend();

    private static void AssertPassedOn(byte[] frame, RunResult result)
    {
        Assert.Equal(TestRun.Redirect, result.Verdict);
        Assert.True(Packet.HasRightChecksums(result.Frame));
        SetHops(frame, HopsOf(frame) - 1);
        Assert.Equal(frame, result.Frame);
    }

    private static bool IsV6(byte[] frame) => frame[12] == 0x86;

    private static int HopsOf(byte[] frame) => frame[IsV6(frame) ? IPv6HopLimitAt : IPv4TtlAt];

    private static void SetHops(byte[] frame, int hops)
    {
        frame[IsV6(frame) ? IPv6HopLimitAt : IPv4TtlAt] = (byte)hops;
        if (!IsV6(frame))
        {
            (frame[24], frame[25]) = (0, 0);
            var sum = 0;
            for (var at = 14; at < 34; at += 2)
            {
                sum += (frame[at] << 8) + frame[at + 1];
            }

            sum = (sum & 0xffff) + (sum >> 16);
            sum = ~((sum & 0xffff) + (sum >> 16));
            (frame[24], frame[25]) = ((byte)(sum >> 8), (byte)sum);
        }
    }

    private void BringAddress(TestFlow flow, bool fromClient) =>
        _proxy.AddAddress((fromClient ? flow.Virtual : flow.Inner).Address, "front");

    private RunResult Arrive(Packet packet, bool fromClient) => Arrive(packet.ToBytes(), fromClient);

    private RunResult Arrive(byte[] frame, bool fromClient) =>
        _proxy.Run(() => fromClient ? _harness.Front(frame, ifindex: _device) : _harness.Back(frame, ifindex: _device));
}
