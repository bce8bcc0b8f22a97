using System.Diagnostics;
using Splice.Wire;

namespace Tests.Unit.Splice;

/// <summary>What the hooks cost, printed; the limits are generous because other tests share the machine.</summary>
public sealed class CostTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Requests = 2000;
    private readonly StorePair _stores = new();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _stores.DisposeAsync();

    [Fact]
    public async Task KeepAliveRequest_Journaled_CostsLittle()
    {
        var off = await MedianAsync(journal: false);
        var on = await MedianAsync(journal: true);

        output.WriteLine($"keep-alive request, p50: {off.TotalMicroseconds:F0} us without journal, {on.TotalMicroseconds:F0} us with");
        Assert.True(on - off < TimeSpan.FromMilliseconds(5), $"journaling adds {on - off}");
    }

    [Theory]
    [InlineData("/big")]
    [InlineData("/read")]
    public async Task ResumableBody_Streams(string path)
    {
        await using var host = await BackendHost.StartAsync(_stores);
        using var leg = await ProxySide.BeginAsync(host, FlowId.NewRandom());
        var bytes = 0L;
        var started = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++)
        {
            await leg.SendAsync(ProxySide.Request(path));
            bytes += await leg.SkipResponseAsync();
        }

        output.WriteLine($"{path}: streaming through the hooks: {bytes / started.Elapsed.TotalSeconds / 1e6:F0} MB/s");
        Assert.True(bytes > 20L * RestlessApplication.BigBytes);
    }

    private async Task<TimeSpan> MedianAsync(bool journal)
    {
        await using var host = await BackendHost.StartAsync(_stores, journal: journal);
        using var leg = await ProxySide.BeginAsync(host, FlowId.NewRandom());
        var request = ProxySide.Request("/plain");
        var times = new long[Requests];
        for (var i = 0; i < Requests; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await leg.SendAsync(request);
            await leg.ReadResponseAsync();
            times[i] = Stopwatch.GetTimestamp() - started;
        }

        return Stopwatch.GetElapsedTime(0, times.Skip(Requests / 4).Order().ElementAt(Requests * 3 / 8));
    }
}
