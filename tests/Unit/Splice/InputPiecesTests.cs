using Splice.Store;
using Splice.Wire;

namespace Tests.Unit.Splice;

/// <summary>An input log that is longer than a piece.</summary>
public sealed class InputPiecesTests : IAsyncLifetime
{
    private const int Piece = InputPieces.Bytes;
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly StorePair _pair = new() { InputBytesMax = 8 * Piece };
    private readonly FlowId _id = FlowId.NewRandom();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _pair.DisposeAsync();

    [Fact]
    public async Task Append_AcrossABoundary_IsReadAcrossIt()
    {
        var store = await CommitAsync(0, Piece - 10);

        await AppendAsync(store, Piece - 10, 30);
        await AppendAsync(store, Piece + 20, 5);

        ClientStream.AssertIs(0, Piece + 25, await store.ReadInputAsync(_id, 0, None));
        ClientStream.AssertIs(Piece - 3, 28, await store.ReadInputAsync(_id, Piece - 3, None));
        ClientStream.AssertIs(Piece, 25, await store.ReadInputAsync(_id, Piece, None));
        ClientStream.AssertIs(Piece + 7, 18, await store.ReadInputAsync(_id, Piece + 7, None));
        Assert.Equal(0, (await store.ReadInputAsync(_id, Piece + 25, None)).Length);
    }

    [Theory]
    [InlineData(Piece)]
    [InlineData(Piece + 1)]
    [InlineData(4 * Piece + 77)]
    public async Task Append_OfMoreThanAPiece_IsReadBack(int count)
    {
        var store = await CommitAsync(5, 100);

        await AppendAsync(store, 105, count);

        ClientStream.AssertIs(5, 100 + count, await store.ReadInputAsync(_id, 5, None));
    }

    [Fact]
    public async Task Append_OfWhatIsThere_ChangesNothing()
    {
        var store = await CommitAsync(0, 3 * Piece + 9);

        await AppendAsync(store, Piece - 5, Piece);
        await AppendAsync(store, 3 * Piece - 4, 20);

        ClientStream.AssertIs(0, 3 * Piece + 16, await store.ReadInputAsync(_id, 0, None));
    }

    [Fact]
    public async Task Append_BehindAGapInAnotherPiece_IsNotTaken()
    {
        var store = await CommitAsync(0, Piece + 9);

        await store.AppendInputAsync(_id, 1, 2 * Piece, ClientStream.Bytes(2 * Piece, 10), None);

        ClientStream.AssertIs(0, Piece + 9, await store.ReadInputAsync(_id, 0, None));
    }

    [Fact]
    public async Task Append_BeyondTheLimit_CountsAllPieces()
    {
        var store = await CommitAsync(0, 8 * Piece - 1);

        await AppendAsync(store, 8 * Piece - 1, 1);

        await Assert.ThrowsAsync<InputLogFullException>(() => AppendAsync(store, 8 * Piece, 1));
        Assert.Equal(8 * Piece, (await store.ReadInputAsync(_id, 0, None)).Length);
    }

    [Fact]
    public async Task Append_WithAnOlderFence_IsRefused()
    {
        var store = await CommitAsync(0, 2 * Piece);
        await store.RaiseFenceAsync(_id, 2, None);

        await Assert.ThrowsAsync<FenceException>(() => AppendAsync(store, 2 * Piece, Piece + 1));

        Assert.Equal(2 * Piece, (await store.ReadInputAsync(_id, 0, None)).Length);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(Piece)]
    [InlineData(2 * Piece + 100)]
    [InlineData(3 * Piece)]
    [InlineData(3 * Piece + 200)]
    [InlineData(3 * Piece + 500)]
    public async Task BeginRequest_InTheMiddle_TrimsWhatIsBefore(int at)
    {
        const int End = 3 * Piece + 500;
        var store = await CommitAsync(0, End);

        await store.BeginRequestAsync(_id, 1, new(2, (ulong)at, 50), "build", 0, [], None);
        await AppendAsync(store, End, Piece);

        ClientStream.AssertIs((ulong)at, End + Piece - at, await store.ReadInputAsync(_id, (ulong)at, None));
        Assert.Equal(new InputEnd(End + Piece, null), await store.ReadInputEndAsync(_id, None));
        var trimmed = await Assert.ThrowsAsync<InputTrimmedException>(async () => await store.ReadInputAsync(_id, (ulong)at - 1, None));
        Assert.Contains($"begins at {at},", trimmed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4 * Piece - 100)]
    [InlineData(4 * Piece)]
    public async Task AppendInput_ThatBeginsARequest_LeavesNothingBefore(int at)
    {
        var store = await CommitAsync(0, at);

        await store.AppendInputAsync(_id, 1, (ulong)at, ClientStream.Bytes((ulong)at, 300), new RequestStart(2, (ulong)at, 50), None);

        ClientStream.AssertIs((ulong)at, 300, await store.ReadInputAsync(_id, (ulong)at, None));
        await Assert.ThrowsAsync<InputTrimmedException>(async () => await store.ReadInputAsync(_id, (ulong)at - 1, None));
        Assert.Equal(at % Piece == 0, !_pair.First.Keys().Contains(Pieces));
    }

    [Fact]
    public async Task Keys_OfAllPieces_ExpireTogether()
    {
        var store = await CommitAsync(0, 2 * Piece);
        _pair.First.Expire(Pieces, milliseconds: 50_000);

        await AppendAsync(store, 2 * Piece, 1);

        Assert.All(_pair.First.Keys(), key => Assert.InRange(_pair.First.Expiry(key), 7_100_000, 7_200_000));
    }

    /// <summary>A download that takes longer than the expiry writes nothing to the input that a successor needs.</summary>
    [Fact]
    public async Task Renew_OfAQuietFlow_KeepsEveryKey()
    {
        var store = await CommitAsync(0, 2 * Piece + 9);
        await store.BeginRequestAsync(_id, 1, new RequestStart(1, 0, 0), "build", 0, [new byte[] { 1 }], None);
        var keys = _pair.First.Keys();
        Assert.Equal(4, keys.Length);
        Assert.All(keys, key => _pair.First.Expire(key, milliseconds: 50_000));

        await store.RenewAsync(_id, 1, None);

        Assert.All(keys, key => Assert.InRange(_pair.First.Expiry(key), 7_100_000, 7_200_000));
    }

    [Fact]
    public async Task Renew_OfAFlowThatIsOver_DoesNotRaiseItFromTheDead()
    {
        var store = await CommitAsync(0, 9);
        await store.RemoveAsync(_id, 1, None);

        await Assert.ThrowsAsync<FenceException>(async () => await store.RenewAsync(_id, 1, None));

        Assert.Equal([$"flow:{_id}"], _pair.First.Keys());
    }

    [Fact]
    public async Task Remove_LeavesATombstoneOnly()
    {
        var store = await CommitAsync(0, 3 * Piece);

        await store.RemoveAsync(_id, 1, None);

        Assert.Equal([$"flow:{_id}"], _pair.First.Keys());
        Assert.Equal([$"flow:{_id}"], _pair.Second.Keys());
    }

    /// <summary>A node that is short of memory evicts keys one by one.</summary>
    [Fact]
    public async Task Node_LosesItsPieces_GetsThemFromTheOther()
    {
        var store = await CommitAsync(0, 3 * Piece + 10);
        _pair.First.Expire(Pieces);

        await AppendAsync(store, 3 * Piece + 10, 5);
        await StorePair.UntilAsync(() => store.Nodes[0].Healthy, "the first node is healthy again");

        ClientStream.AssertIs(0, 3 * Piece + 15, await _pair.Connect(false, _pair.Nodes[0]).ReadInputAsync(_id, 0, None));
    }

    [Fact]
    public async Task Node_LosesTheFlowButNotItsInput_DoesNotMixThem()
    {
        var store = await CommitAsync(0, Piece + 10);
        _pair.First.Expire($"flow:{_id}");
        _pair.Second.Expire($"flow:{_id}");

        await AppendAsync(store, 7, 5);

        ClientStream.AssertIs(7, 5, await store.ReadInputAsync(_id, 7, None));
    }

    [Fact]
    public void Piece_IsAsLongAsTheScriptsAndTheFormatSay()
    {
        Assert.Contains($"PIECE = {Piece}\n", InputPieces.Length, StringComparison.Ordinal);
        Assert.Contains($"pieces of {Piece} bytes", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "FORMATS.md")), StringComparison.Ordinal);
    }

    private string Pieces => $"flow:{_id}:input:pieces";

    private async Task<FlowStore> CommitAsync(ulong offset, int count)
    {
        var store = _pair.Connect();
        Assert.True(await store.CommitAsync(StorePair.Record(_id, 1), offset, ClientStream.Bytes(offset, count), None));
        return store;
    }

    private async Task AppendAsync(FlowStore store, ulong offset, int count) =>
        Assert.True(await store.AppendInputAsync(_id, 1, offset, ClientStream.Bytes(offset, count), None));
}
