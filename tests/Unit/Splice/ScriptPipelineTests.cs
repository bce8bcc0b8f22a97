using Splice.Store;
using StackExchange.Redis;

namespace Tests.Unit.Splice;

/// <summary>The connection that runs scripts, to a real server.</summary>
public sealed class ScriptPipelineTests : IDisposable
{
    private const string Echo = "return ARGV[1]";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private readonly RedisServer _server = new();

    [Fact]
    public async Task Run_ManyAtOnceFromManyThreads_EachGetsItsOwnAnswer()
    {
        using var pipeline = await ConnectAsync();
        await Parallel.ForAsync(0, 2000, TestContext.Current.CancellationToken, async (number, _) =>
            Assert.Equal(number, (long)await pipeline.RunAsync(Echo, [], [number])));
    }

    [Fact]
    public async Task Run_AnswerLargerThanTheBuffers_ArrivesWhole()
    {
        using var pipeline = await ConnectAsync();
        var large = new byte[40 << 20];
        Random.Shared.NextBytes(large);

        var answers = await Task.WhenAll(pipeline.RunAsync(Echo, [], [large]), pipeline.RunAsync(Echo, [], ["after"]));

        Assert.True(large.AsSpan().SequenceEqual((byte[])answers[0]!));
        Assert.Equal("after", (string?)answers[1]);
    }

    [Fact]
    public async Task Run_ScriptFails_ThrowsAndTheNextRuns()
    {
        using var pipeline = await ConnectAsync();

        await Assert.ThrowsAsync<RedisServerException>(() => pipeline.RunAsync("return redis.call('NONSENSE')", [], []));

        Assert.Equal(1, (long)await pipeline.RunAsync("return 1", [], []));
    }

    [Fact]
    public async Task Gather_SendsWhenAsked()
    {
        using var pipeline = await ConnectAsync();
        Task<RedisResult>? answer = null;
        var thread = new Thread(() =>
        {
            ScriptPipeline.Gathers = true;
            answer = pipeline.RunAsync(Echo, [], ["late"]);
        });
        thread.Start();
        thread.Join();
        Assert.False(answer!.IsCompleted);

        pipeline.SendGathered();

        Assert.Equal("late", (string?)await answer.WaitAsync(Timeout, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ServerDies_WhatWaitsAndWhatComesFails()
    {
        using var pipeline = await ConnectAsync();
        _server.Freeze();
        var waiting = pipeline.RunAsync(Echo, [], ["never"]);

        _server.Kill();

        await Assert.ThrowsAsync<RedisConnectionException>(() => waiting.WaitAsync(Timeout, TestContext.Current.CancellationToken));
        Assert.True(pipeline.IsBroken);
        await Assert.ThrowsAsync<RedisConnectionException>(() => pipeline.PingAsync());
    }

    public void Dispose() => _server.Dispose();

    private Task<ScriptPipeline> ConnectAsync() =>
        ScriptPipeline.ConnectAsync(new StoreNode("one", _server.EndPoint), Timeout, TestContext.Current.CancellationToken);
}
