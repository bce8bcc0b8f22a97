using Splice.Daemon.Flows;

namespace Tests.Unit.Splice;

/// <summary>What a client sends once more of its handshake is no input.</summary>
public sealed class DaemonTlsInputTests
{
    private const uint ClientSeq = 5;

    /// <summary>80 bytes before, across the end of sequence space.</summary>
    private const uint Handshake = uint.MaxValue - 74;
    private readonly InputLog _log = new(100);

    [Fact]
    public void Receive_FromWithinTheHandshake_TakesWhatIsNew()
    {
        var bytes = Enumerable.Range(0, 190).Select(i => (byte)i).ToArray();

        var chunk = Assert.Single(_log.Receive(_log.OffsetOf(Handshake, ClientSeq), bytes));

        Assert.Equal(100UL, chunk.Offset);
        Assert.Equal(bytes[180..], chunk.Bytes);
    }

    [Fact]
    public void Receive_OfTheHandshakeAlone_TakesNothing()
    {
        Assert.Empty(_log.Receive(_log.OffsetOf(Handshake, ClientSeq), new byte[80]));
        Assert.Empty(_log.Receive(_log.OffsetOf(Handshake, ClientSeq), new byte[10]));
        Assert.Equal(100UL, _log.Received);
    }
}
