using System.Text;
using Splice.Store;
using StackExchange.Redis;

namespace Tests.Simulation.Stores;

/// <summary>Calls of the store's scripts with few values, so that they meet: fences, requests, offsets, ordinals.</summary>
internal sealed class RandomCalls(int seed)
{
    private const string HighestFence = "9007199254740991";
    private const int ExpiryMilliseconds = 60_000;
    private readonly Random _random = new(seed);

    public IReadOnlyList<RedisKey[]> Flows { get; } =
        [.. Enumerable.Range(0, 2).Select(i => new RedisKey[] { $"flow:{seed}-{i}", $"flow:{seed}-{i}:journal", $"flow:{seed}-{i}:input" })];

    private string Fence => $"{_random.Next(1, 4)}";

    private string Request => $"{_random.Next(1, 4)}";

    private string Offset => $"{_random.Next(0, 30)}";

    public (string Script, RedisKey[] Keys, RedisValue[] Values) Next(RedisModel model)
    {
        var flow = Flows[_random.Next(Flows.Count)];
        RedisKey[] withInput = [flow[0], flow[2]];
        RedisKey[] withJournal = [flow[0], flow[1]];
        return _random.Next(17) switch
        {
            0 => (StoreScripts.RaiseFence, withInput,
                [Fence, ExpiryMilliseconds, $"{Fence} proxy{_random.Next(1, 3)}", .. _random.Next(2) == 0 ? Array.Empty<RedisValue>() : [Offset]]),
            1 => (StoreScripts.Commit, withInput, [Fence, ExpiryMilliseconds, Bytes(), Offset, Bytes(), 40, "flows", "committed"]),
            2 or 3 => (StoreScripts.AppendInput, withInput, [Fence, ExpiryMilliseconds, Offset, Bytes(), 40]),
            4 => Begins(withInput),
            5 or 6 => (StoreScripts.BeginRequest, flow, [Fence, ExpiryMilliseconds, Request, Offset, Offset, "build", "", .. Entries()]),
            7 => (StoreScripts.AppendEntries, withJournal, [Fence, ExpiryMilliseconds, Request, .. Entries()]),
            8 => (StoreScripts.Complete, withJournal, [Fence, ExpiryMilliseconds, Request, Offset, "flows", "complete", .. Entries()]),
            9 => (StoreScripts.ReadInput, withInput, [Offset]),
            10 => (SnapshotMerge.ReadFlow, [flow[0]], []),
            11 => (SnapshotMerge.ReadJournal, withJournal, []),
            12 => Merge(model),
            13 => MergeInput(model),
            14 => (StoreScripts.ReadInputEnd, withInput, []),
            15 => (StoreScripts.EndInput, [flow[0]], [Fence, ExpiryMilliseconds, Offset]),
            _ => _random.Next(3) == 0
                ? (StoreScripts.Remove, flow, [Fence, ExpiryMilliseconds, HighestFence, "flows", "removed"])
                : (StoreScripts.Forget, flow, []),
        };
    }

    private (string Script, RedisKey[] Keys, RedisValue[] Values) Begins(RedisKey[] keys)
    {
        var (offset, begins) = (Offset, Offset);
        return (StoreScripts.AppendInput, keys,
            [Fence, ExpiryMilliseconds, offset, Bytes(), 40, Request, _random.Next(2) == 0 ? offset : begins, Offset]);
    }

    /// <summary>What one flow has, given to the other, as a refill gives it from node to node.</summary>
    private (string Script, RedisKey[] Keys, RedisValue[] Values) Merge(RedisModel model)
    {
        var from = _random.Next(2);
        var parts = (RedisResult[])model.Run(StoreScripts.Export, Flows[from], [])!;
        var fields = (RedisValue[])parts[0]!;
        return (StoreMergeScript.Flow, Flows[1 - from],
            [(RedisValue)parts[3], ExpiryMilliseconds, (RedisValue)parts[4], (RedisValue)parts[5], fields.Length, .. fields, .. (RedisValue[])parts[1]!]);
    }

    /// <summary>Some of its input, as a refill gives it.</summary>
    private (string Script, RedisKey[] Keys, RedisValue[] Values) MergeInput(RedisModel model)
    {
        var from = _random.Next(2);
        RedisKey[] To(int flow) => [Flows[flow][0], Flows[flow][2]];
        var offset = _random.Next(0, 30);
        return (RedisValue[])model.Run(StoreScripts.ReadInput, To(from), [offset])! is [var begins, var bytes, var fence, var request, _]
            ? (StoreMergeScript.Input, To(1 - from), [fence, ExpiryMilliseconds, request, Math.Max(offset, (int)begins), bytes])
            : (StoreScripts.ReadInput, To(from), [offset]);
    }

    private IEnumerable<RedisValue> Entries()
    {
        var first = _random.Next(3);
        for (var i = 0; i < _random.Next(3); i++)
        {
            yield return first + i;
            yield return Bytes();
        }
    }

    private RedisValue Bytes() => Encoding.ASCII.GetBytes(new string((char)('a' + _random.Next(26)), _random.Next(12)));
}
