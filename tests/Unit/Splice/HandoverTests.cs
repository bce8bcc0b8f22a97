using System.Text;
using Splice.Hooks;
using Splice.Store;
using Splice.Wire;

namespace Tests.Unit.Splice;

/// <summary>A flow begins on one backend and goes on, from every offset, on another.</summary>
public sealed class HandoverTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly StorePair _stores = new();
    private FlowStore _store = null!;
    private BackendHost _first = null!;
    private BackendHost _second = null!;

    public async ValueTask InitializeAsync()
    {
        _store = _stores.Connect(proxy: true);
        _first = await BackendHost.StartAsync(_stores);
        _second = await BackendHost.StartAsync(_stores);
        _first.Acknowledges = false;
        _second.Acknowledges = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        await _stores.DisposeAsync();
    }

    [Theory]
    [InlineData("/small", "GET", "")]
    [InlineData("/chunked", "GET", "")]
    [InlineData("/echo", "POST", "some body that is not empty")]
    [InlineData("/effect", "POST", "")]
    [InlineData("/fails", "GET", "")]
    [InlineData("/choicefails", "GET", "")]
    [InlineData("/empty", "GET", "")]
    public async Task Answer_HandedOverAtAnyOffset_GoesOnByteForByte(string path, string method, string body)
    {
        var flow = FlowId.NewRandom();
        var request = ProxySide.Request(path, method, body);
        using var leg = await ProxySide.BeginAsync(_first, flow);
        await leg.SendAsync(request);
        var golden = await leg.ReadResponseAsync();
        var fence = 1UL;

        for (var acked = 0; acked <= golden.Length; acked += acked < 20 ? 1 : 7)
        {
            await _store.RaiseFenceAsync(flow, ++fence, None);
            using var next = await ProxySide.ConnectAsync(
                _second, flow, PreambleMode.HandedOver, fence, new RequestStart(1, 0, 0), (ulong)acked);
            await next.SendAsync(request);
            var rest = await next.ReadAsync(golden.Length - acked);
            Assert.Equal(Encoding.UTF8.GetString(golden[acked..]), Encoding.UTF8.GetString(rest));
        }

        Assert.True(golden.Length > 50);
        Assert.Empty(_second.Application.Effect.Performed);
    }

    [Fact]
    public async Task ResumableBody_HandedOver_ContinuesNearWhereTheClientIs()
    {
        var flow = FlowId.NewRandom();
        var request = ProxySide.Request("/big");
        using var leg = await ProxySide.BeginAsync(_first, flow);
        await leg.SendAsync(request);
        var golden = await leg.ReadResponseAsync();
        var fence = 1UL;

        foreach (var acked in (int[])[0, 1, 100, 200_000, 262_144, 262_500, 1_000_000, 2_345_678, golden.Length - 1, golden.Length])
        {
            await _store.RaiseFenceAsync(flow, ++fence, None);
            var before = _second.Application.BigBytesProduced;
            using var next = await ProxySide.ConnectAsync(
                _second, flow, PreambleMode.HandedOver, fence, new RequestStart(1, 0, 0), (ulong)acked);
            await next.SendAsync(request);
            var rest = await next.ReadAsync(golden.Length - acked);

            Assert.True(golden.AsSpan(acked).SequenceEqual(rest), $"differs after offset {acked}");
            var produced = _second.Application.BigBytesProduced - before;
            Assert.True(produced <= golden.Length - acked + 600_000, $"{produced} bytes produced from offset {acked}");
        }
    }

    [Fact]
    public async Task Journal_CutAtAnyEntry_GoesOnConsistently()
    {
        var source = FlowId.NewRandom();
        var request = ProxySide.Request("/chunked");
        using var leg = await ProxySide.BeginAsync(_first, source);
        await leg.SendAsync(request);
        var golden = await leg.ReadResponseAsync();
        var journal = await _store.ReadJournalAsync(source, None);
        Assert.True(journal.Entries.Count > 16);

        for (var kept = 0; kept <= journal.Entries.Count; kept++)
        {
            var flow = FlowId.NewRandom();
            var entries = journal.Entries.Take(kept).ToList();
            var hashed = entries.Select(entry => JournalEntryCodec.Decode(entry)).OfType<JournalEntry.OutputHash>().LastOrDefault();
            var acked = (hashed?.OutputOffset ?? 0) / 2;
            await _store.BeginRequestAsync(flow, 1, journal.Request, "one", 0, entries, None);
            await _store.RaiseFenceAsync(flow, 2, None);
            using var next = await ProxySide.ConnectAsync(
                _second, flow, PreambleMode.HandedOver, 2, new RequestStart(1, 0, 0), acked);
            await next.SendAsync(request);
            var rest = new List<byte>(golden[..(int)acked]);
            rest.AddRange(await ReadChunkedAsync(next, rest));

            var known = (int)(hashed?.OutputOffset ?? 0);
            Assert.True(golden.AsSpan(0, known).SequenceEqual(rest.ToArray().AsSpan(0, known)), $"differs with {kept} entries");
            var after = await _store.ReadJournalAsync(flow, None);
            Assert.Equal(journal.Entries.Count, after.Entries.Count);
        }
    }

    [Fact]
    public async Task KeepAlive_SecondRequest_IsReplayedAlone()
    {
        _first.Acknowledges = true;
        var flow = FlowId.NewRandom();
        var (one, two) = (ProxySide.Request("/effect", "POST"), ProxySide.Request("/small"));
        using var leg = await ProxySide.BeginAsync(_first, flow);
        await leg.SendAsync(one);
        var first = await leg.ReadResponseAsync();
        await UntilRequestAsync(flow, 2);
        _first.Acknowledges = false;
        await leg.SendAsync(two);
        var golden = await leg.ReadResponseAsync();

        var start = (await _store.ReadAsync(flow, None))!.Request;
        Assert.Equal(new RequestStart(2, (ulong)one.Length, (ulong)first.Length), start);
        await _store.RaiseFenceAsync(flow, 2, None);
        using var next = await ProxySide.ConnectAsync(
            _second, flow, PreambleMode.HandedOver, 2, start, start.OutputOffset + 10);
        await next.SendAsync(two);
        Assert.Equal(golden[10..], await next.ReadAsync(golden.Length - 10));

        // And the flow lives on.
        _second.Acknowledges = true;
        await next.SendAsync(two);
        Assert.Contains("200 OK", Encoding.ASCII.GetString(await next.ReadResponseAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Effect_InDoubt_IsResolvedNotRepeated()
    {
        var source = FlowId.NewRandom();
        var request = ProxySide.Request("/effect", "POST");
        using var leg = await ProxySide.BeginAsync(_first, source);
        await leg.SendAsync(request);
        await leg.ReadResponseAsync();
        var journal = await _store.ReadJournalAsync(source, None);
        var begun = journal.Entries.ToList().FindIndex(entry => JournalEntryCodec.Decode(entry) is JournalEntry.EffectBegun);
        var flow = FlowId.NewRandom();
        var id = EffectId.Of(flow, 1, 0);
        var entry = JournalEntryCodec.Encode(new JournalEntry.EffectBegun("send", id));
        await _store.BeginRequestAsync(flow, 1, journal.Request, "one", 0, [.. journal.Entries.Take(begun), entry], None);
        _second.Application.Effect.DoneElsewhere.Add(id);

        using var next = await ProxySide.ConnectAsync(
            _second, flow, PreambleMode.HandedOver, 1, new RequestStart(1, 0, 0), 0);
        await next.SendAsync(request);
        var answer = Encoding.UTF8.GetString(await next.ReadResponseAsync());

        Assert.Contains($"done: sent {id}", answer, StringComparison.Ordinal);
        Assert.Equal(1, _second.Application.Effect.Resolved);
        Assert.Empty(_second.Application.Effect.Performed);
    }

    /// <summary>A backend that was cut off acts when the network is back, although another one has executed the request anew.</summary>
    [Fact]
    public async Task Effect_OfExecutionsThatKnowNothingOfEachOther_HasOneId()
    {
        await using var elsewhere = new StorePair();
        await using var apart = await BackendHost.StartAsync(elsewhere);
        var flow = FlowId.NewRandom();
        foreach (var host in (BackendHost[])[_first, apart])
        {
            using var leg = await ProxySide.BeginAsync(host, flow);
            await leg.SendAsync(ProxySide.Request("/effect", "POST"));
            await leg.ReadResponseAsync();
        }

        Assert.Equal(_first.Application.Effect.Performed.Keys.Single(), apart.Application.Effect.Performed.Keys.Single());
    }

    private async Task UntilRequestAsync(FlowId flow, ulong number)
    {
        var reached = false;
        for (var i = 0; i < 1000 && !reached; i++)
        {
            reached = (await _store.ReadAsync(flow, None))?.Request.Number == number;
            await Task.Delay(2);
        }

        Assert.True(reached, $"request {number} did not begin");
    }

    private static async Task<byte[]> ReadChunkedAsync(ProxySide side, List<byte> before)
    {
        var all = new List<byte>(before);
        while (!ResponseLength.IsWhole(all))
        {
            var some = await side.ReadAsync(1);
            Assert.NotEmpty(some);
            all.AddRange(some);
        }

        return [.. all.Skip(before.Count)];
    }
}
