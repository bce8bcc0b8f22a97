using System.Text;
using Splice.Hooks;
using Splice.Store;
using Splice.Wire;

namespace Tests.Unit.Splice;

/// <summary>A flow begins on one backend and goes on, from every offset, on another.</summary>
public sealed class HandoverTests : TwoBackends
{
    private const int SegmentBytesMax = 1 << 20;
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("/small", "GET", "")]
    [InlineData("/chunked", "GET", "")]
    [InlineData("/echo", "POST", "some body that is not empty")]
    [InlineData("/effect", "POST", "")]
    [InlineData("/fails", "GET", "")]
    [InlineData("/choicefails", "GET", "")]
    [InlineData("/fetchfails", "GET", "")]
    [InlineData("/effectfails", "POST", "")]
    [InlineData("/empty", "GET", "")]
    public async Task Answer_HandedOverAtAnyOffset_GoesOnByteForByte(string path, string method, string body)
    {
        var flow = FlowId.NewRandom();
        var request = ProxySide.Request(path, method, body);
        using var leg = await ProxySide.BeginAsync(First, flow);
        await leg.SendAsync(request);
        var golden = await leg.ReadResponseAsync();
        var fence = 1UL;

        for (var acked = 0; acked <= golden.Length; acked += acked < 20 ? 1 : 7)
        {
            await Store.RaiseFenceAsync(flow, ++fence, None);
            using var next = await ProxySide.ConnectAsync(
                Second, flow, PreambleMode.HandedOver, fence, new RequestStart(1, 0, 0), (ulong)acked);
            await next.SendAsync(request);
            var rest = await next.ReadAsync(golden.Length - acked);
            Assert.Equal(Encoding.UTF8.GetString(golden[acked..]), Encoding.UTF8.GetString(rest));
        }

        Assert.True(golden.Length > 50);
        Assert.Empty(Second.Application.Effect.Performed);
    }

    [Theory]
    [InlineData("/big")]
    [InlineData("/read")]
    public async Task ResumableBody_HandedOver_ContinuesNearWhereTheClientIs(string path)
    {
        var flow = FlowId.NewRandom();
        var request = ProxySide.Request(path);
        using var leg = await ProxySide.BeginAsync(First, flow);
        await leg.SendAsync(request);
        var golden = await leg.ReadResponseAsync();
        var fence = 1UL;

        foreach (var acked in (int[])[0, 1, 100, 200_000, 262_144, 262_500, 1_000_000, 2_345_678, golden.Length - 1, golden.Length])
        {
            await Store.RaiseFenceAsync(flow, ++fence, None);
            var before = Second.Application.BigBytesProduced;
            using var next = await ProxySide.ConnectAsync(
                Second, flow, PreambleMode.HandedOver, fence, new RequestStart(1, 0, 0), (ulong)acked);
            await next.SendAsync(request);
            var rest = await next.ReadAsync(golden.Length - acked);

            Assert.True(golden.AsSpan(acked).SequenceEqual(rest), $"differs after offset {acked}");
            var produced = Second.Application.BigBytesProduced - before;
            Assert.True(produced <= golden.Length - acked + SegmentBytesMax + 100_000, $"{produced} bytes produced from offset {acked}");
        }
    }

    [Fact]
    public async Task Journal_CutAtAnyEntry_GoesOnConsistently()
    {
        var source = FlowId.NewRandom();
        var request = ProxySide.Request("/chunked");
        using var leg = await ProxySide.BeginAsync(First, source);
        await leg.SendAsync(request);
        var golden = await leg.ReadResponseAsync();
        var journal = await Store.ReadJournalAsync(source, None);
        Assert.True(journal.Entries.Count > 16);

        for (var kept = 0; kept <= journal.Entries.Count; kept++)
        {
            var flow = FlowId.NewRandom();
            var entries = journal.Entries.Take(kept).ToList();
            var hashed = entries.Select(entry => JournalEntryCodec.Decode(entry)).OfType<JournalEntry.OutputHash>().LastOrDefault();
            var acked = (hashed?.OutputOffset ?? 0) / 2;
            await Store.BeginRequestAsync(flow, 1, journal.Request, "one", 0, entries, None);
            await Store.RaiseFenceAsync(flow, 2, None);
            using var next = await ProxySide.ConnectAsync(
                Second, flow, PreambleMode.HandedOver, 2, new RequestStart(1, 0, 0), acked);
            await next.SendAsync(request);
            var rest = new List<byte>(golden[..(int)acked]);
            rest.AddRange(await ReadChunkedAsync(next, rest));

            var known = (int)(hashed?.OutputOffset ?? 0);
            Assert.True(golden.AsSpan(0, known).SequenceEqual(rest.ToArray().AsSpan(0, known)), $"differs with {kept} entries");
            var after = await Store.ReadJournalAsync(flow, None);
            Assert.Equal(journal.Entries.Count, after.Entries.Count);
        }
    }

    [Fact]
    public async Task KeepAlive_SecondRequest_IsReplayedAlone()
    {
        First.Acknowledges = true;
        var flow = FlowId.NewRandom();
        var (one, two) = (ProxySide.Request("/effect", "POST"), ProxySide.Request("/small"));
        using var leg = await ProxySide.BeginAsync(First, flow);
        await leg.SendAsync(one);
        var first = await leg.ReadResponseAsync();
        await UntilRequestAsync(flow, 2);
        First.Acknowledges = false;
        await leg.SendAsync(two);
        var golden = await leg.ReadResponseAsync();

        var start = (await Store.ReadAsync(flow, None))!.Request;
        Assert.Equal(new RequestStart(2, (ulong)one.Length, (ulong)first.Length), start);
        await Store.RaiseFenceAsync(flow, 2, None);
        using var next = await ProxySide.ConnectAsync(
            Second, flow, PreambleMode.HandedOver, 2, start, start.OutputOffset + 10);
        await next.SendAsync(two);
        Assert.Equal(golden[10..], await next.ReadAsync(golden.Length - 10));

        // And the flow lives on.
        Second.Acknowledges = true;
        await next.SendAsync(two);
        Assert.Contains("200 OK", Encoding.ASCII.GetString(await next.ReadResponseAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Effect_InDoubt_IsResolvedNotRepeated()
    {
        var source = FlowId.NewRandom();
        var request = ProxySide.Request("/effect", "POST");
        using var leg = await ProxySide.BeginAsync(First, source);
        await leg.SendAsync(request);
        await leg.ReadResponseAsync();
        var journal = await Store.ReadJournalAsync(source, None);
        var begun = journal.Entries.ToList().FindIndex(entry => JournalEntryCodec.Decode(entry) is JournalEntry.EffectBegun);
        var flow = FlowId.NewRandom();
        var id = EffectId.Of(flow, 1, 0);
        var entry = JournalEntryCodec.Encode(new JournalEntry.EffectBegun("send", id));
        await Store.BeginRequestAsync(flow, 1, journal.Request, "one", 0, [.. journal.Entries.Take(begun), entry], None);
        Second.Application.Effect.DoneElsewhere.Add(id);

        using var next = await ProxySide.ConnectAsync(
            Second, flow, PreambleMode.HandedOver, 1, new RequestStart(1, 0, 0), 0);
        await next.SendAsync(request);
        var answer = Encoding.UTF8.GetString(await next.ReadResponseAsync());

        Assert.Contains($"done: sent {id}", answer, StringComparison.Ordinal);
        Assert.Equal(1, Second.Application.Effect.Resolved);
        Assert.Empty(Second.Application.Effect.Performed);
    }

    /// <summary>A backend that was cut off acts when the network is back, although another one has executed the request anew.</summary>
    [Fact]
    public async Task Effect_OfExecutionsThatKnowNothingOfEachOther_HasOneId()
    {
        await using var elsewhere = new StorePair();
        await using var apart = await BackendHost.StartAsync(elsewhere);
        var flow = FlowId.NewRandom();
        foreach (var host in (BackendHost[])[First, apart])
        {
            using var leg = await ProxySide.BeginAsync(host, flow);
            await leg.SendAsync(ProxySide.Request("/effect", "POST"));
            await leg.ReadResponseAsync();
        }

        Assert.Equal(First.Application.Effect.Performed.Keys.Single(), apart.Application.Effect.Performed.Keys.Single());
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
