using System.Net.Security;
using System.Text;
using Splice.Store;
using Splice.Wire;
using Splice.Wire.Tls;

namespace Tests.Unit.Splice;

/// <summary>A TLS connection begins on one backend and goes on, from every byte on the wire, on another.</summary>
public sealed class TlsHandoverTests : TwoBackends
{
    private const int SegmentBytesMax = 1 << 20;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly byte[] KeyUpdateRequested = [24, 0, 0, 1, 1];

    [Theory]
    [InlineData("/small", "GET", "", TlsCipherSuite.TLS_AES_128_GCM_SHA256)]
    [InlineData("/chunked", "GET", "", TlsCipherSuite.TLS_AES_256_GCM_SHA384)]
    [InlineData("/echo", "POST", "some body that is not empty", TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256)]
    [InlineData("/fails", "GET", "", TlsCipherSuite.TLS_AES_128_GCM_SHA256)]
    public async Task Answer_HandedOverAtAnyOffset_GoesOnByteForByte(string path, string method, string body, TlsCipherSuite suite)
    {
        var client = new TlsSide(suite);
        var request = client.Seal(ProxySide.Request(path, method, body));
        using var leg = await client.BeginAsync(First);
        await leg.SendAsync(request);
        var golden = await client.ReadResponseAsync(leg);
        var fence = 1UL;

        for (var acked = 0; acked <= golden.Length; acked += acked < 30 ? 1 : 7)
        {
            using var next = await HandOverAsync(client, ++fence, new RequestStart(1, 0, 0), acked);
            await next.SendAsync(request);
            var rest = await next.ReadAsync(golden.Length - acked);
            Assert.Equal(Convert.ToHexString(golden[acked..]), Convert.ToHexString(rest.AsSpan(0, golden.Length - acked)));

            // An earlier leg may have ended in order; then its owner said close_notify, and so does every later one.
            Assert.Equal(client.Text(golden), client.Text((byte[])[.. golden.AsSpan(0, acked), .. rest]));
        }

        Assert.Contains("HTTP/1.1 ", client.Text(golden), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/big")]
    [InlineData("/read")]
    public async Task ResumableBody_HandedOver_ContinuesTheSameTlsRecords(string path)
    {
        var client = new TlsSide();
        var request = client.Seal(ProxySide.Request(path));
        using var leg = await client.BeginAsync(First);
        await leg.SendAsync(request);
        var golden = await ReadBigAsync(client, leg);
        var fence = 1UL;

        foreach (var acked in (int[])[0, 1, 100, 16_405, 16_406, 200_000, 262_500, 1_000_000, 2_345_678, golden.Length - 1, golden.Length])
        {
            var before = Second.Application.BigBytesProduced;
            using var next = await HandOverAsync(client, ++fence, new RequestStart(1, 0, 0), acked);
            await next.SendAsync(request);
            var rest = await next.ReadAsync(golden.Length - acked);

            Assert.True(golden.AsSpan(acked).SequenceEqual(rest.AsSpan(0, Math.Min(rest.Length, golden.Length - acked))), $"differs after offset {acked}: {rest.Length} of {golden.Length - acked} bytes");
            var produced = Second.Application.BigBytesProduced - before;
            Assert.True(produced <= golden.Length - acked + SegmentBytesMax + 100_000, $"{produced} bytes produced from offset {acked}");
        }
    }

    [Fact]
    public async Task SecondRequest_InTheTlsRecordOfTheFirst_IsReplayedAlone()
    {
        First.Acknowledges = true;
        var client = new TlsSide();
        var (one, two) = (ProxySide.Request("/small"), ProxySide.Request("/echo", "POST", "the second"));
        var both = client.Seal([.. one, .. two[..20]]);
        var rest = client.Seal(two.AsSpan(20));
        using var leg = await client.BeginAsync(First);
        await leg.SendAsync(both);
        var first = await client.ReadResponseAsync(leg);
        await UntilRequestAsync(client.Flow, 2);
        First.Acknowledges = false;
        await leg.SendAsync(rest);
        var golden = await client.ReadResponseAsync(leg, first);

        var start = (await Store.ReadJournalAsync(client.Flow, None)).Request;
        Assert.Equal(new TlsPosition(0, 0, (uint)one.Length, 0, 1, (ulong)client.Open(first).Length), start.Tls);
        Assert.Equal((0UL, (ulong)first.Length), (start.InputOffset, start.OutputOffset));
        using var next = await HandOverAsync(client, 2, start, first.Length + 10);
        await next.SendAsync(both);
        await next.SendAsync(rest);
        Assert.Equal(golden[10..], await next.ReadAsync(golden.Length - 10));

        // And the flow lives on.
        Second.Acknowledges = true;
        await next.SendAsync(client.Seal(ProxySide.Request("/small")));
        var third = await client.ReadResponseAsync(next, [.. first, .. golden]);
        Assert.Equal(3, client.Text((byte[])[.. first, .. golden, .. third]).Split("HTTP/1.1 200").Length - 1);
    }

    [Fact]
    public async Task KeyUpdate_OfTheClient_IsAnsweredInTheSamePlaceAfterHandover()
    {
        var client = new TlsSide();
        byte[] request = [.. client.Seal(ProxySide.Request("/echo", "POST", new string('x', 100)).AsSpan(0, 80)), .. client.Seal(KeyUpdateRequested, TlsContentType.Handshake)];
        client.Client.Update();
        request = [.. request, .. client.Seal(ProxySide.Request("/echo", "POST", new string('x', 100)).AsSpan(80))];
        using var leg = await client.BeginAsync(First);
        await leg.SendAsync(request);
        var golden = await client.ReadResponseAsync(leg);
        var journal = await Store.ReadJournalAsync(client.Flow, None);
        Assert.Contains(journal.Entries, entry => JournalEntryCodec.Decode(entry) is JournalEntry.ControlRecord);

        foreach (var acked in (int[])[0, 10, 26, 27, 28, golden.Length])
        {
            using var next = await HandOverAsync(client, (ulong)acked + 2, new RequestStart(1, 0, 0), acked);
            await next.SendAsync(request);
            var rest = await next.ReadAsync(golden.Length - acked);
            Assert.Equal(golden[acked..], rest[..(golden.Length - acked)]);
        }
    }

    [Fact]
    public async Task Ticket_OfANewFlow_IsSentFirst_AndNoOtherAfterHandover()
    {
        var client = new TlsSide(ticket: [4, 0, 0, 3, 1, 2, 3]);
        var request = client.Seal(ProxySide.Request("/small"));
        using var leg = await client.BeginAsync(First);
        await leg.SendAsync(request);
        var golden = await client.ReadResponseAsync(leg);

        foreach (var acked in (int[])[0, 10, 28, 29, 30, golden.Length])
        {
            using var next = await HandOverAsync(client, (ulong)acked + 2, new RequestStart(1, 0, 0), acked);
            await next.SendAsync(request);
            var rest = await next.ReadAsync(golden.Length - acked);
            Assert.Equal(golden[acked..], rest[..(golden.Length - acked)]);
        }

        Assert.StartsWith("HTTP/1.1 200", client.Text(golden), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Close_OfTheServer_SaysCloseNotifyAndIsComplete()
    {
        First.Acknowledges = true;
        var client = new TlsSide();
        using var leg = await client.BeginAsync(First);
        await leg.SendAsync(client.Seal(ProxySide.Request("/close")));
        var golden = await leg.ReadToEndAsync();

        client.Open(golden, out var closed);
        Assert.True(closed);
        Assert.Equal((ulong)golden.Length, (await Store.ReadAsync(client.Flow, None))!.CompleteOffset);
    }

    [Fact]
    public async Task Replay_ThatDiffers_IsRefusedBeforeItIsSealed()
    {
        var client = new TlsSide();
        var request = client.Seal(ProxySide.Request("/diverges"));
        using var leg = await client.BeginAsync(First);
        await leg.SendAsync(request);
        var golden = await client.ReadResponseAsync(leg);

        using var next = await HandOverAsync(client, 2, new RequestStart(1, 0, 0), 5);
        await next.SendAsync(request);

        Assert.NotEmpty(golden);
        Assert.Empty(await next.ReadToEndAsync());
    }

    [Fact]
    public async Task Client_ThatForgesATlsRecord_IsCut()
    {
        var client = new TlsSide();
        var request = client.Seal(ProxySide.Request("/small"));
        request[^1] ^= 1;
        using var leg = await client.BeginAsync(First);
        await leg.SendAsync(request);

        Assert.Empty(await leg.ReadToEndAsync());
    }

    [Fact]
    public async Task Application_SeesHttpsAndTheHandshake()
    {
        var client = new TlsSide();
        using var leg = await client.BeginAsync(First);
        await leg.SendAsync(client.Seal(ProxySide.Request("/scheme")));

        Assert.EndsWith("https TLS_AES_128_GCM_SHA256 Tls13", client.Text(await client.ReadResponseAsync(leg)), StringComparison.Ordinal);
    }

    private async Task<ProxySide> HandOverAsync(TlsSide client, ulong fence, RequestStart start, int acked)
    {
        await Store.RaiseFenceAsync(client.Flow, fence, None);
        return await client.ConnectAsync(Second, PreambleMode.HandedOver, fence, start, (ulong)acked);
    }

    private static async Task<byte[]> ReadBigAsync(TlsSide client, ProxySide leg)
    {
        var wire = new List<byte>(await leg.ReadAsync(4096));
        var total = ResponseLength.Of([.. client.Open(wire.ToArray())]);
        while (client.Open(wire.ToArray()).Length < total)
        {
            wire.AddRange(await leg.ReadAsync(1));
        }

        return [.. wire];
    }
}
