using System.Diagnostics;
using Splice.Store;
using Splice.Wire;

namespace Tests.Unit.Splice;

/// <summary>For how long the refill of a large input log keeps others waiting, printed: a node that is silent for 50 ms is skipped
/// by everybody.</summary>
public sealed class InputRefillCostTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int InputBytes = 64 << 20;
    private const int AppendBytes = 64 << 10;
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);
    private readonly StorePair _pair = new() { InputBytesMax = InputBytes };
    private readonly FlowId _id = FlowId.NewRandom();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _pair.DisposeAsync();

    [Fact]
    public async Task Refill_OfAFullLog_KeepsOthersWaiting()
    {
        var store = _pair.Connect(proxy: true);
        await store.CommitAsync(StorePair.Record(_id, 1), 0, default, CancellationToken.None);
        _pair.Second.WatchCommands();
        for (var offset = 0; offset < InputBytes; offset += AppendBytes)
        {
            await store.AppendInputAsync(_id, 1, (ulong)offset, new byte[AppendBytes], CancellationToken.None);
        }

        output.WriteLine($"while it is written: longest command {_pair.Second.LongestCommand().TotalMilliseconds:F1} ms");
        _pair.First.Kill();
        await StorePair.UntilAsync(() => !store.Nodes[0].Healthy, "the first node is missed");
        _pair.First.Start();
        _pair.First.WatchCommands();
        _pair.Second.WatchCommands();
        var began = Stopwatch.StartNew();
        using var refilled = new CancellationTokenSource();
        var waits = Task.WhenAll(LongestWaitAsync(0, refilled.Token), LongestWaitAsync(1, refilled.Token));
        await StorePair.UntilAsync(() => store.Nodes[0].Healthy, "the first node is healthy again");
        var lasted = began.Elapsed;
        await refilled.CancelAsync();

        Report("refilled", _pair.First, (await waits)[0]);
        Report("source", _pair.Second, (await waits)[1]);
        output.WriteLine($"the refill took {lasted.TotalMilliseconds:F0} ms");
        Assert.Equal(InputBytes, (await _pair.Connect(false, _pair.Nodes[0]).ReadInputAsync(_id, 0, CancellationToken.None)).Length);
    }

    private void Report(string node, RedisServer server, TimeSpan wait) => output.WriteLine(
        $"{node}: longest command {server.LongestCommand().TotalMilliseconds:F1} ms, longest wait for an answer {wait.TotalMilliseconds:F1} ms");

    /// <summary>What anybody else who asks the node meets: what it reads and writes for the refill included.</summary>
    private async Task<TimeSpan> LongestWaitAsync(int node, CancellationToken until)
    {
        using var pipeline = await ScriptPipeline.ConnectAsync(_pair.Nodes[node], AnswerTimeout, CancellationToken.None);
        var longest = TimeSpan.Zero;
        while (!until.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            await pipeline.PingAsync();
            var waited = Stopwatch.GetElapsedTime(asked);
            longest = waited > longest ? waited : longest;
            await Task.Yield();
        }

        return longest;
    }
}
