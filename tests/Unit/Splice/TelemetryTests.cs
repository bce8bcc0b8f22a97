using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Splice.Daemon.Accept;
using Splice.Daemon.Configuration;
using Splice.Daemon.Flows;
using Splice.Daemon.Handover;
using Splice.Daemon.Splicing;
using Splice.Daemon.Telemetry;
using Splice.Daemon.Tls;
using Splice.Store;
using Splice.Wire;
using Splice.Wire.Abi;

namespace Tests.Unit.Splice;

/// <summary>What a scraper and a collector get to see.</summary>
public sealed partial class TelemetryTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly StorePair _stores = new();
    private FlowStore _store = null!;

    public ValueTask InitializeAsync()
    {
        _store = _stores.Connect(proxy: true);
        return default;
    }

    public ValueTask DisposeAsync() => _stores.DisposeAsync();

    [Fact]
    public async Task Scrape_AfterThingsHappened_TellsThem()
    {
        await using var proxy = await ObservedProxy.StartAsync(_store);
        Happen(proxy);
        await _store.CommitAsync(StorePair.Record(FlowId.NewRandom(), 1), 0, new byte[10], CancellationToken.None);

        var text = await proxy.ScrapeAsync();

        Assert.Equal(2, text.Sum("splice_accepted_total"));
        Assert.Equal(1, text.Sum("splice_refused_total", "step=\"head\""));
        Assert.Equal(1, text.Sum("splice_handovers_total", "reason=\"silence\"", "result=\"ok\""));
        Assert.Equal(1, text.Sum("splice_ended_total", "reason=\"client began anew\""));
        Assert.Equal(1, text.Sum("splice_answers_total", "status=\"503\""));
        Assert.Equal(1, text.Sum("splice_tls_handshakes_total", "result=\"not tls\""));
        Assert.Equal(1, text.Sum("splice_flows", "backend=\"backend1\"", "state=\"orphaned\""));
        Assert.Equal(1, text.Sum("splice_flows"));
        Assert.Equal(7, text.Sum("splice_forwarded_packets_total", "direction=\"in\""));
        Assert.Equal(700, text.Sum("splice_forwarded_bytes_total", "direction=\"out\""));
        Assert.Equal(5, text.Sum("splice_input_waiting_bytes"));
        Assert.Equal(24, text.Sum("splice_events_backlog_bytes"));
        Assert.Equal(9, text.Sum("splice_drops_total", "reason=\"ring full\""));
        Assert.Equal(2, text.Sum("splice_store_healthy"));
        Assert.Equal(1, text.Sum("splice_handover_duration_seconds_count", "reason=\"silence\""));
        Assert.Equal(1, text.Sum("splice_handover_duration_seconds_bucket", "le=\"0.2\""));
        Assert.Equal(0, text.Sum("splice_handover_duration_seconds_bucket", "le=\"0.1\""));
        Assert.True(text.Sum("splice_store_write_duration_seconds_count", "store=\"first\"") >= 1);
        Assert.True(text.Sum("splice_tls_certificate_not_after_timestamp_seconds") > DateTimeOffset.UtcNow.AddDays(20).ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Scrape_IsWhatTheDocumentSays()
    {
        await using var proxy = await ObservedProxy.StartAsync(_store);
        Happen(proxy);
        await _store.CommitAsync(StorePair.Record(FlowId.NewRandom(), 1), 0, new byte[10], CancellationToken.None);
        var documented = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "FORMATS.md"))
            .Select(line => Row().Match(line)).Where(row => row.Success).ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value);

        var text = await proxy.ScrapeAsync();

        Assert.Equal(
            documented.OrderBy(family => family.Key),
            text.Families.Where(family => family.Key.StartsWith("splice_", StringComparison.Ordinal)).OrderBy(family => family.Key));
    }

    [Fact]
    public async Task Listener_ServesNothingElse()
    {
        await using var proxy = await ObservedProxy.StartAsync(_store);
        using var client = new HttpClient { BaseAddress = new Uri($"http://{proxy.EndPoint}") };

        foreach (var path in (string[])["/status", "/flows", "/health", "/backends/backend1/drain"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(path, TestContext.Current.CancellationToken)).StatusCode);
        }
    }

    [Fact]
    public async Task Listener_WhoseAddressIsTaken_IsDoneWithout()
    {
        await using var proxy = await ObservedProxy.StartAsync(_store);

        Assert.Null(await MetricsListener.StartAsync(proxy.EndPoint, proxy.Metrics, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance));
    }

    [Fact]
    public async Task Spans_GoToTheCollector()
    {
        // Spans of other tests go there too, earlier or in the same piece.
        var mine = Guid.NewGuid().ToString();
        var taken = new ConcurrentQueue<string>();
        await using var collector = await CollectorAsync(taken);
        await using var proxy = await ObservedProxy.StartAsync(_store, new TelemetryConfig { OtlpEndpoint = new Uri(collector.Urls.Single()) });
        _ = proxy.Get<OpenTelemetry.Trace.TracerProvider>();

        using (var spans = new SpanSteps(SpliceTrace.Begin("takeover")?.SetTag("splice.proxy", mine)))
        {
            spans.Enter("adopt");
        }

        Assert.True(proxy.Flush());
        var sent = taken.Single(piece => piece.Contains(mine, StringComparison.Ordinal));
        Assert.Contains("takeover", sent, StringComparison.Ordinal);
        Assert.Contains("adopt", sent, StringComparison.Ordinal);
        Assert.Contains("spliced", sent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://collector:4318", "http://collector:4318/v1/traces")]
    [InlineData("https://collector/otlp/", "https://collector/otlp/v1/traces")]
    public void Spans_GoBelowTheBaseAddress(string collector, string traces)
    {
        Assert.Equal(traces, TelemetryExtensions.TracesOf(new Uri(collector)).AbsoluteUri);
    }

    [Fact]
    public async Task Observation_CostsLittle()
    {
        const int Times = 200_000;
        await using var proxy = await ObservedProxy.StartAsync(_store);
        var durations = proxy.Get<Durations>();
        var best = TimeSpan.MaxValue;
        var allocated = 0L;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var began = Stopwatch.GetTimestamp();
            for (var i = 0; i < Times; i++)
            {
                durations.Handover(HandoverReason.Fin, TimeSpan.FromMilliseconds(40));
            }

            var took = Stopwatch.GetElapsedTime(began);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            best = took < best ? took : best;
        }

        output.WriteLine($"an observation with a label: {best.TotalNanoseconds / Times:F0} ns");
        Assert.Equal(0, allocated);
        Assert.True(best.TotalNanoseconds / Times < 2000, $"{best.TotalNanoseconds / Times} ns");
    }

    private static void Happen(ObservedProxy proxy)
    {
        var counters = proxy.Get<FlowCounters>();
        counters.BeginConnecting();
        counters.BeginConnecting();
        counters.CountSpliced();
        counters.CountRefused(SetupStep.Head);
        counters.CountHandover(HandoverReason.Silence, true);
        counters.CountEnded(EndReason.ClientBeganAnew);
        proxy.Get<AnswerCounters>().Count(HttpAnswer.Unavailable);
        proxy.Get<HandshakeCounters>().CountFailed(HandshakeFailure.NotTls);
        proxy.Drops[(int)SpliceDrop.RingFull] = 9;

        var durations = proxy.Get<Durations>();
        durations.Setup(TimeSpan.FromMilliseconds(1));
        durations.Handshake(TimeSpan.FromMilliseconds(1));
        durations.Detection(HandoverReason.Silence, TimeSpan.FromMilliseconds(110));
        durations.Handover(HandoverReason.Silence, TimeSpan.FromMilliseconds(160));
        durations.Takeover(TimeSpan.FromMilliseconds(10));

        var record = StorePair.Record(FlowId.NewRandom(), 1);
        var kernel = proxy.Memory.Flows;
        kernel.Install(0, record, new FlowStart { LoggedOffset = record.LoggedOffset, FedOffset = record.LoggedOffset });
        kernel.SetState(0, SpliceState.Orphaned);
        ref var slot = ref kernel[0];
        (slot.PacketsIn, slot.PacketsOut, slot.BytesOut) = (7, 8, 700);
        var flow = new Flow(record, 0, kernel[0].Generation);
        flow.Input.Receive(record.LoggedOffset, new byte[5]);
        proxy.Get<FlowDirectory>().TryAdd(flow);
    }

    private static async Task<WebApplication> CollectorAsync(ConcurrentQueue<string> taken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var collector = builder.Build();
        collector.MapPost("/v1/traces", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            taken.Enqueue(Encoding.Latin1.GetString(body.ToArray()));
        });
        await collector.StartAsync();
        return collector;
    }

    [GeneratedRegex(@"^\| `(splice_[a-z_]+)` \| (counter|gauge|histogram) \|")]
    private static partial Regex Row();
}
