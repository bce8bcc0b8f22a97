using Splice.Daemon.Flows;

namespace Tests.Unit.Splice;

/// <summary>What of the client's stream is tapped, what is stored, and what becomes of bytes that the store refused.</summary>
public sealed class InputLogTests
{
    private readonly InputLog _log = new(100);

    [Fact]
    public void Stored_OutOfOrder_LoggedStopsBeforeTheGap()
    {
        var first = Assert.Single(_log.Receive(100, new byte[10]));
        var second = Assert.Single(_log.Receive(110, new byte[10]));

        Assert.Equal(100UL, _log.Stored(second));
        Assert.Equal(120UL, _log.Stored(first));
    }

    [Fact]
    public void Receive_SegmentsOutOfOrder_ContinueTheStreamInOrder()
    {
        Assert.Empty(_log.Receive(110, new byte[10]));

        var chunks = _log.Receive(100, new byte[15]);

        Assert.Equal([100UL, 115UL], chunks.Select(chunk => chunk.Offset));
        Assert.Equal(120UL, _log.Received);
    }

    [Fact]
    public void Forget_RefusedChunk_TakesItAndWhatFollowedWhenSentAgain()
    {
        var stored = Assert.Single(_log.Receive(100, new byte[10]));
        var refused = Assert.Single(_log.Receive(110, new byte[10]));
        var following = Assert.Single(_log.Receive(120, new byte[10]));
        _log.Stored(stored);

        _log.Forget(refused);
        _log.Forget(following);

        Assert.Equal(110UL, _log.Received);
        var again = Assert.Single(_log.Receive(110, new byte[20]));
        Assert.Equal(130UL, _log.Stored(again));
    }

    [Fact]
    public void Refresh_AnotherProxyLoggedMore_ForgetsWhatWasOnItsWay()
    {
        Assert.Single(_log.Receive(100, new byte[10]));
        var reaching = Assert.Single(_log.Receive(110, new byte[10]));

        _log.Refresh(115);

        Assert.Equal(115UL, _log.Logged);
        Assert.Equal(120UL, _log.Stored(reaching));
    }
}
