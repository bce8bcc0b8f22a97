using Splice.Daemon.Flows;

namespace Tests.Unit.Splice;

/// <summary>What of the client's stream is tapped, what is stored, and what becomes of bytes that the store refused.</summary>
public sealed class InputLogTests
{
    private readonly InputLog _log = new(100);

    [Fact]
    public void Stored_OutOfOrder_LoggedStopsBeforeTheGap()
    {
        var first = Tap(100, 10);
        var second = Tap(110, 10);

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
    public void Refresh_BeyondWhatWaits_IsNotJoinedToWhatFollows()
    {
        _log.Receive(100, new byte[10]);

        _log.Refresh(150);
        _log.Receive(150, new byte[5]);

        var next = _log.Take()!;
        Assert.Equal((150UL, 5), (next.Offset, next.Bytes.Length));
    }

    [Fact]
    public void Stored_WhatIsLongLogged_TakesNothingBack()
    {
        _log.Receive(100, new byte[10]);
        _log.Refresh(105);

        Assert.Equal(110UL, _log.Stored(_log.Take()!));
        _log.Receive(110, new byte[10]);
        var late = _log.Take()!;
        _log.Refresh(115);

        Assert.Equal(120UL, _log.Stored(late));
    }

    [Fact]
    public void Forget_RefusedChunk_TakesItAndWhatFollowedWhenSentAgain()
    {
        var stored = Tap(100, 10);
        var refused = Tap(110, 10);
        var following = Tap(120, 10);
        _log.Stored(stored);

        _log.Forget(refused);
        _log.Forget(following);

        Assert.Equal(110UL, _log.Received);
        var again = Tap(110, 20);
        Assert.Equal(130UL, _log.Stored(again));
    }

    [Fact]
    public void Refresh_AnotherProxyLoggedMore_ForgetsWhatWasOnItsWay()
    {
        Tap(100, 10);
        var reaching = Tap(110, 10);

        _log.Refresh(115);

        Assert.Equal(115UL, _log.Logged);
        Assert.Equal(120UL, _log.Stored(reaching));
    }

    [Fact]
    public void Take_SeveralSegments_AreOnePieceWithoutWhatIsNotNeeded()
    {
        _log.Receive(100, [1, 2, 3]);
        _log.Receive(103, [4, 5]);

        var taken = _log.Take(neededFrom: 102)!;

        Assert.Equal(102UL, taken.Offset);
        Assert.Equal([3, 4, 5], taken.Bytes);
        Assert.Null(_log.Take());
        Assert.Equal(105UL, _log.Stored(taken));
    }

    [Fact]
    public void Forget_RefusedChunk_ForgetsWhatWaitsBehindIt()
    {
        var refused = Tap(100, 10);
        _log.Receive(110, new byte[10]);

        _log.Forget(refused);

        Assert.Null(_log.Take());
        Assert.Equal(100UL, _log.Received);
    }

    [Fact]
    public void Skip_InputThatNobodyHas_GoesOnBehindIt()
    {
        _log.Stored(Tap(100, 10));

        Assert.Equal(150UL, _log.Skip(150));

        Assert.Equal(160UL, _log.Stored(Tap(150, 10)));
    }

    private PendingChunk Tap(ulong offset, int bytes)
    {
        Assert.NotEmpty(_log.Receive(offset, new byte[bytes]));
        return _log.Take()!;
    }
}
