using System.Net;
using System.Security.Cryptography;
using CsCheck;
using Splice.Hooks;
using Splice.Store;
using Splice.Wire;

namespace Tests.Unit.Splice;

public sealed class WireTests
{
    private static readonly JournalEntry[] Entries =
    [
        new JournalEntry.Captured(638_000_000_000_000_000, new byte[32], "build"),
        new JournalEntry.Choice("imap.list", "[1]"u8.ToArray()),
        new JournalEntry.ChoiceFailed("imap.list", "System.TimeoutException", "too late"),
        new JournalEntry.Reference("1/2/3", UInt128.MaxValue - 5, 1234),
        new JournalEntry.EffectBegun("submission", new Guid("0f8fad5b-d9cb-469f-a165-70867728950e")),
        new JournalEntry.EffectDone("submission", "true"u8.ToArray()),
        new JournalEntry.OutputHash(1UL << 40, 7),
        new JournalEntry.Checkpoint(99, 8, 50, 64, new byte[] { 1, 2, 3 }),
    ];

    [Fact]
    public void JournalEntry_RoundTrip_KeepsEverything()
    {
        foreach (var entry in Entries)
        {
            var bytes = JournalEntryCodec.Encode(entry);

            Assert.Equal(bytes, JournalEntryCodec.Encode(JournalEntryCodec.Decode(bytes)!));
        }
    }

    [Fact]
    public void JournalEntry_Damaged_NeverThrows() =>
        Gen.Select(Gen.Int[0, Entries.Length - 1], Gen.Int[0, 200], Gen.Byte, Gen.Int[0, 60]).Sample((which, at, flip, length) =>
        {
            var bytes = JournalEntryCodec.Encode(Entries[which]);
            bytes[at % bytes.Length] ^= flip;
            JournalEntryCodec.Decode(bytes.AsMemory(0, Math.Min(length, bytes.Length)));
            JournalEntryCodec.Decode(bytes);
        });

    [Fact]
    public void Preamble_RoundTrip_KeepsEverything()
    {
        var preamble = Sample("10.77.0.10:40000", "10.77.0.100:80");
        var six = Sample("[fd77::10]:40000", "[fd77::100]:80");
        foreach (var one in (Preamble[])[preamble, six])
        {
            var bytes = PreambleCodec.Encode(one, StorePair.ClusterKey);
            Assert.Equal(ParseResult.Ok, PreambleCodec.TryDecode(bytes, StorePair.ClusterKey, out var back, out var length));
            Assert.Equal(one, back);
            Assert.Equal(bytes.Length, length);
        }
    }

    [Fact]
    public void Preamble_Truncated_IsNotEnough_AndFlipped_IsInvalid()
    {
        var bytes = PreambleCodec.Encode(Sample("10.77.0.10:40000", "10.77.0.100:80"), StorePair.ClusterKey);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(ParseResult.NotEnough, PreambleCodec.TryDecode(bytes.AsSpan(0, length), StorePair.ClusterKey, out _, out _));
        }

        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            var flipped = (byte[])bytes.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(ParseResult.Ok, PreambleCodec.TryDecode(flipped, StorePair.ClusterKey, out _, out _));
        }
    }

    [Fact]
    public void Heartbeat_WithTheLongestNames_IsAsLongAsSaid()
    {
        var heartbeat = new Heartbeat(new string('b', 255), 1, 2, 3, 2, true, false, new string('i', 255));

        var bytes = HeartbeatCodec.Encode(heartbeat, StorePair.ClusterKey);

        Assert.Equal(HeartbeatCodec.LengthBytesMax, bytes.Length);
        Assert.Equal(heartbeat, HeartbeatCodec.Decode(bytes, StorePair.ClusterKey));
    }

    [Fact]
    public void Heartbeat_RoundTripAndFlips()
    {
        var heartbeat = new Heartbeat("backend1", 1, 2, 3, 2, true, false, "build");
        var bytes = HeartbeatCodec.Encode(heartbeat, StorePair.ClusterKey);
        Assert.Equal(heartbeat, HeartbeatCodec.Decode(bytes, StorePair.ClusterKey));
        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            var flipped = (byte[])bytes.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(HeartbeatCodec.Decode(flipped, StorePair.ClusterKey));
        }
    }

    [Fact]
    public void FlowRecord_RoundTripAndTruncations()
    {
        var record = StorePair.Record(FlowId.NewRandom(), 7);
        var bytes = FlowRecordCodec.Encode(record);
        Assert.True(FlowRecordCodec.TryDecode(bytes, out var back));
        Assert.Equal(record, back);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.False(FlowRecordCodec.TryDecode(bytes.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void SealedEntry_AtAnotherPlace_DoesNotOpen()
    {
        using var seal = new EntrySeal(StorePair.ClusterKey);
        var flow = FlowId.NewRandom();
        var bytes = seal.Seal(flow, 1, 2, [1, 2, 3]);

        Assert.Equal([1, 2, 3], seal.Open(flow, 1, 2, bytes));
        Assert.ThrowsAny<CryptographicException>(() => seal.Open(flow, 1, 3, bytes));
        Assert.ThrowsAny<CryptographicException>(() => seal.Open(flow, 2, 2, bytes));
        Assert.ThrowsAny<CryptographicException>(() => seal.Open(FlowId.NewRandom(), 1, 2, bytes));
    }

    [Fact]
    public void Entropy_FromTheSameSeed_IsTheSameHoweverItIsRead() =>
        Gen.Int[1, 70].Array[1, 20].Sample(sizes =>
        {
            var seed = new byte[32];
            var whole = new byte[sizes.Sum()];
            new RequestEntropy(seed).Fill(whole);
            var parts = new RequestEntropy(seed);
            var at = 0;
            foreach (var size in sizes)
            {
                var part = new byte[size];
                new RequestEntropy(seed) { Position = (ulong)at }.Fill(part);
                Assert.Equal(whole[at..(at + size)], part);
                parts.Fill(part);
                Assert.Equal(whole[at..(at + size)], part);
                at += size;
            }
        });

    private static Preamble Sample(string client, string @virtual) => new(
        IPEndPoint.Parse(client), IPEndPoint.Parse(@virtual), FlowId.NewRandom(), PreambleMode.HandedOver, 3, 4, 5, 6, "mail.example.test");
}
