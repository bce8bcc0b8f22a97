using Splice.Store;
using Splice.Wire;
using StackExchange.Redis;

namespace Tests.Unit.Splice;

/// <summary>What a refill does to a node, piece by piece, whatever has come before each.</summary>
public sealed class InputMergeTests : IAsyncLifetime
{
    private const int Piece = InputPieces.Bytes;
    private const int Seed = 20070;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private readonly StorePair _pair = new() { InputBytesMax = 8 * Piece };
    private readonly FlowId _id = FlowId.NewRandom();
    private ScriptPipeline _pipeline = null!;
    private FlowStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _pipeline = await ScriptPipeline.ConnectAsync(_pair.Nodes[0], Timeout, None);
        _store = _pair.Connect(false, _pair.Nodes[0]);
    }

    public async ValueTask DisposeAsync()
    {
        _pipeline.Dispose();
        await _pair.DisposeAsync();
    }

    [Fact]
    public async Task Merge_WithAnOlderFence_IsNotTaken()
    {
        await CommitAsync(2, 2 * Piece + 5, 10);

        var place = await MergeAsync(1, 1, 2 * Piece, 200);

        Assert.Equal(new InputPlace(true, 2 * Piece + 5, 2 * Piece + 15), place);
    }

    [Fact]
    public async Task Merge_OfAnOlderRequest_AppendsButBringsNothingBack()
    {
        await CommitAsync(1, 0, 2 * Piece + 50);
        await _store.BeginRequestAsync(_id, 1, new(5, 2 * Piece + 40, 9), "build", 0, [], None);

        var place = await MergeAsync(1, 4, 2 * Piece, 200);

        Assert.Equal(new InputPlace(false, 2 * Piece + 40, 2 * Piece + 200), place);
        ClientStream.AssertIs(2 * Piece + 40, 160, await _store.ReadInputAsync(_id, 2 * Piece + 40, None));
    }

    [Fact]
    public async Task Merge_OfAFlowThatIsOver_DoesNotRaiseItFromTheDead()
    {
        await CommitAsync(1, 0, 10);
        await _store.RemoveAsync(_id, 1, None);

        Assert.True((await MergeAsync(1, 1, 0, 200)).Behind);

        Assert.Equal([$"flow:{_id}"], _pair.First.Keys());
    }

    [Fact]
    public async Task Merge_OfAFlowThatIsForgotten_LeavesNoKey()
    {
        Assert.True((await MergeAsync(1, 1, 0, 200)).Behind);

        Assert.Empty(_pair.First.Keys());
    }

    [Fact]
    public async Task Merge_ThatDoesNotTouch_LeavesNoHole()
    {
        await CommitAsync(1, 2 * Piece + 5, 10);

        await MergeAsync(1, 1, 0, Piece);
        var place = await MergeAsync(1, 1, 4 * Piece, 10);

        Assert.Equal(new InputPlace(false, 2 * Piece + 5, 2 * Piece + 15), place);
    }

    [Fact]
    public async Task Merge_OfALogThatLostItsBeginning_TakesNothingAway()
    {
        await CommitAsync(1, 0, 2 * Piece + 50);

        RedisValue[] fields = ["fence", "1", "base", 2 * Piece];
        RedisValue[] values = [2 * Piece, 60_000, 2 * Piece, ClientStream.Bytes(2 * Piece, 70), fields.Length, .. fields];
        var place = InputPlace.Parse(await _pipeline.RunAsync(StoreMergeScript.Flow, FlowKeys.All(_id), values));

        Assert.Equal(new InputPlace(false, 0, 2 * Piece + 70), place);
        ClientStream.AssertIs(0, 2 * Piece + 70, await _store.ReadInputAsync(_id, 0, None));
    }

    [Fact]
    public async Task Merges_InAnyOrderAmongAppends_KeepEveryByteInItsPlace()
    {
        const int LogEnd = 5 * Piece;
        var random = new Random(Seed);
        var (begins, ends) = (random.Next(2 * Piece, 3 * Piece), 3 * Piece);
        await CommitAsync(1, begins, ends - begins);
        for (var step = 0; step < 60; step++)
        {
            var number = random.Next(5);
            var from = number * Piece + (random.Next(2) == 0 ? 0 : random.Next(Piece));
            var count = random.Next(1, (number + 1) * Piece - from + 1);
            if (random.Next(3) == 0)
            {
                count = Math.Min(random.Next(Piece + Piece / 2), LogEnd - ends);
                await _store.AppendInputAsync(_id, 1, (ulong)ends, ClientStream.Bytes((ulong)ends, count), None);
                ends += count;
                continue;
            }

            if (from <= ends && from + count >= begins)
            {
                (begins, ends) = (Math.Min(begins, from), Math.Max(ends, from + count));
            }

            Assert.Equal(new InputPlace(false, (ulong)begins, (ulong)ends), await MergeAsync(1, 1, (ulong)from, count));
            ClientStream.AssertIs((ulong)begins, ends - begins, await _store.ReadInputAsync(_id, (ulong)begins, None));
        }
    }

    private async Task CommitAsync(ulong fence, int offset, int count) =>
        await _store.CommitAsync(StorePair.Record(_id, fence), (ulong)offset, ClientStream.Bytes((ulong)offset, count), None);

    private async Task<InputPlace> MergeAsync(ulong fence, ulong request, ulong offset, int count)
    {
        RedisKey[] keys = [FlowKeys.Flow(_id), FlowKeys.Input(_id)];
        RedisValue[] values = [fence.ToString(), 60_000, request.ToString(), offset.ToString(), ClientStream.Bytes(offset, count)];
        return InputPlace.Parse(await _pipeline.RunAsync(StoreMergeScript.Input, keys, values));
    }
}
