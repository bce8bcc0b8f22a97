using System.Net;
using Splice.Wire.Abi;

namespace Tests.Kernel;

public sealed class ConnectingTests(CompiledObject compiled) : IDisposable
{
    private static readonly byte[] LinuxSynOptions = [2, 4, 0x05, 0xb4, 1, 1, 4, 2, 1, 3, 3, 7];

    private readonly Harness _harness = new(compiled);
    private readonly TestFlow _flow = new();

    private Packet Own => new(_flow.Inner, _flow.Backend) { Seq = 1, AckNumber = 1000, Window = 500 };

    [Fact]
    public void Window_WithoutRule_IsZero()
    {
        Serve();

        Assert.Equal((Own with { Window = 0 }).ToBytes(), _harness.Egress(Own).Frame);
    }

    [Fact]
    public void Syn_OverIPv6_OffersOnlyWhatTheClientHas()
    {
        var flow = TestFlow.V6;
        _harness.AddService(new IPEndPoint(flow.Inner.Address, 0));
        _harness.Connecting.Set(20001, new SpliceConnecting { Limited = SpliceWindow.Later, StripSack = 1, MssMax = 1400 });
        var syn = new Packet(flow.Inner, flow.Backend) { Seq = 1, Window = 500, Flags = Packet.Syn, Options = LinuxSynOptions };

        var result = _harness.Egress(syn);

        byte[] expected = [2, 4, 0x05, 0x78, 1, 1, 1, 1, 1, 3, 3, 0];
        Assert.Equal((syn with { Window = 0, Options = expected }).ToBytes(), result.Frame);
    }

    [Theory]
    [InlineData(1500, 500)]
    [InlineData(1000, 0)]
    [InlineData(900, 0)]
    [InlineData(1_000_000, 65535)]
    public void Window_Limited_EndsAtTheEdge(uint edge, ushort expected)
    {
        Serve();
        _harness.Connecting.Set(20001, new SpliceConnecting { Limited = SpliceWindow.Limited, WindowEdge = edge });

        Assert.Equal((Own with { Window = expected }).ToBytes(), _harness.Egress(Own).Frame);
    }

    [Fact]
    public void Syn_WithRule_OffersOnlyWhatTheClientHas()
    {
        Serve();
        _harness.Connecting.Set(20001, new SpliceConnecting { Limited = SpliceWindow.Later, StripSack = 1, MssMax = 1400 });
        var syn = Own with { Flags = Packet.Syn, Options = LinuxSynOptions };

        var result = _harness.Egress(syn);

        byte[] expected = [2, 4, 0x05, 0x78, 1, 1, 1, 1, 1, 3, 3, 0];
        Assert.Equal((syn with { Window = 0, Options = expected }).ToBytes(), result.Frame);
    }

    [Fact]
    public void Syn_RuleThatAsksForNothing_KeepsItsOptions()
    {
        Serve();
        _harness.Connecting.Set(20001, new SpliceConnecting { MssMax = 1460 });
        var syn = Own with { Flags = Packet.Syn, Options = LinuxSynOptions };

        Assert.Equal((syn with { Window = 0 }).ToBytes(), _harness.Egress(syn).Frame);
    }

    [Fact]
    public void Packets_MarkedOrResetOrOfOthers_AreLeftAlone()
    {
        Serve();
        var reset = Own with { Flags = Packet.Rst };
        var other = Own with { Source = new IPEndPoint(IPAddress.Parse("198.51.100.11"), 20001) };

        Assert.Equal(Own.ToBytes(), _harness.Egress(Own, SpliceAbi.Mark).Frame);
        Assert.Equal(reset.ToBytes(), _harness.Egress(reset).Frame);
        Assert.Equal(other.ToBytes(), _harness.Egress(other).Frame);
    }

    public void Dispose() => _harness.Dispose();

    private void Serve() => _harness.AddService(new IPEndPoint(_flow.Inner.Address, 0));
}
