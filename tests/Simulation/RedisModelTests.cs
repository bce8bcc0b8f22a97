using System.Text;
using Splice.Store;
using StackExchange.Redis;
using Tests.Simulation.Stores;
using Tests.Unit.Splice;

namespace Tests.Simulation;

/// <summary>The simulation is worth as much as its model of the store's scripts: a real server says whether it is true.</summary>
public sealed class RedisModelTests
{
    private const int Seeds = 40;
    private const int CallsPerSeed = 100;

    [Fact]
    public async Task Scripts_OnARealServer_DoWhatTheModelDoes()
    {
        using var server = new RedisServer();
        using var pipeline = await ScriptPipeline.ConnectAsync(
            new StoreNode("real", server.EndPoint), TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var (calls, model) = (new RandomCalls(seed), new RedisModel());
            for (var i = 0; i < CallsPerSeed; i++)
            {
                var (script, keys, values) = calls.Next(model);

                var real = await pipeline.RunAsync(script, keys, values);
                var modelled = model.Run(script, keys, values);

                var where = $"seed {seed}, call {i}, {ScriptNames.Of(script)} {string.Join(' ', values.Select(value => value.ToString()))}: ";
                Assert.Equal(where + Said(script, real), where + Said(script, modelled));
                foreach (var flow in calls.Flows)
                {
                    var exported = await pipeline.RunAsync(StoreScripts.Export, flow, []);
                    Assert.Equal(where + Exported(exported), where + Exported(model.Run(StoreScripts.Export, flow, [])));
                }
            }
        }
    }

    private static string Said(string script, RedisResult result) => script == SnapshotMerge.ReadJournal
        ? $"{Text(((RedisResult[])result!)[0])} {Pairs(((RedisResult[])result!)[1])}"
        : Text(result);

    private static string Text(RedisResult result) => result.Resp2Type == ResultType.Array
        ? $"[{string.Join(' ', ((RedisResult[])result!).Select(Text))}]"
        : Text((RedisValue)result);

    private static string Text(RedisValue value) => value.IsNull ? "nil" : $"'{Encoding.Latin1.GetString((byte[])value!)}'";

    /// <summary>A hash has no order, and time to live is not modelled.</summary>
    private static string Exported(RedisResult result)
    {
        var parts = (RedisResult[])result!;
        return string.Join(
            '|', Pairs(parts[0]), Pairs(parts[1]), Text((RedisValue)parts[3]), Text((RedisValue)parts[4]), Text((RedisValue)parts[5]));
    }

    private static string Pairs(RedisResult result) =>
        string.Join(' ', ((RedisValue[])result!).Chunk(2).Select(pair => $"{Text(pair[0])}={Text(pair[1])}").Order(StringComparer.Ordinal));
}
