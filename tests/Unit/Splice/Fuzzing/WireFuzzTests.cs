using System.Net;
using System.Security.Cryptography;
using Splice.Store;
using Splice.Wire;
using Splice.Wire.Tls;

namespace Tests.Unit.Splice.Fuzzing;

/// <summary>What proxies, backends and stores say to each other: decoded or refused, and only what is encoded is decoded.</summary>
public sealed class WireFuzzTests
{
    private static readonly byte[] Key = StorePair.ClusterKey;

    [Fact]
    public void Preamble_InPieces_IsTheSame() => Fuzz.Run(
        "Preamble",
        bytes =>
        {
            var (result, preamble, lengthBytes) = Memory.Bounded(
                bytes, () => (PreambleCodec.TryDecode(bytes, Key, out var decoded, out var length), decoded, length));
            foreach (var length in Pieces.Lengths(bytes))
            {
                var early = PreambleCodec.TryDecode(bytes.AsSpan(0, length), Key, out var earlyPreamble, out var earlyLength);
                if (early != ParseResult.NotEnough)
                {
                    Assert.Equal((result, preamble is null, lengthBytes), (early, earlyPreamble is null, earlyLength));
                }
            }

            Assert.Equal(result == ParseResult.Ok, preamble is not null);
            if (preamble is not null)
            {
                Assert.InRange(lengthBytes, 1, PreambleCodec.LengthBytesMax);
                AssertSame(bytes.AsSpan(0, lengthBytes), PreambleCodec.Encode(preamble, Key));
            }
            else if (result == ParseResult.NotEnough)
            {
                Assert.True(bytes.Length < PreambleCodec.LengthBytesMax);
            }
        },
        SealPreamble);

    [Fact]
    public void Heartbeat_Decoded_EncodesToItself() => Fuzz.Run(
        "Heartbeat",
        bytes =>
        {
            if (Memory.Bounded(bytes, () => HeartbeatCodec.Decode(bytes, Key)) is { } heartbeat)
            {
                AssertSame(bytes, HeartbeatCodec.Encode(heartbeat, Key));
            }
        },
        body => [.. body, .. HMACSHA256.HashData(Key, body)]);

    [Fact]
    public void FlowRecord_Decoded_EncodesToItself() => Fuzz.Run("FlowRecord", bytes =>
    {
        var (decoded, record) = Memory.Bounded(bytes, () => (FlowRecordCodec.TryDecode(bytes, out var one), one));
        Assert.Equal(decoded, record is not null);
        if (record is not null)
        {
            AssertSame(bytes, FlowRecordCodec.Encode(record));
        }
    });

    [Fact]
    public void FlowChange_Decoded_EncodesToItself() => Fuzz.Run("FlowChange", bytes =>
    {
        if (Memory.Bounded(bytes, () => FlowChangeCodec.Decode(bytes)) is { } change)
        {
            AssertSame(bytes, FlowChangeCodec.Encode(change));
        }
    });

    [Fact]
    public void JournalEntry_Decoded_EncodesToItself() => Fuzz.Run("JournalEntry", bytes =>
    {
        if (Memory.Bounded(bytes, () => JournalEntryCodec.Decode(bytes)) is { } entry)
        {
            AssertSame(bytes, JournalEntryCodec.Encode(entry));
        }
    });

    [Fact]
    public void TlsPosition_Decoded_EncodesToItself() => Fuzz.Run("TlsPosition", bytes =>
    {
        if (TlsPosition.Decode(bytes) is { } position)
        {
            AssertSame(bytes, position.Encode());
        }
    });

    /// <summary>The length of the whole, and the MAC behind everything else.</summary>
    private static byte[] SealPreamble(byte[] body)
    {
        byte[] bytes = [.. body, PreambleCodec.TlvAuthentication, 0, 32];
        if (bytes.Length >= 16)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(14), IPAddress.HostToNetworkOrder((short)(bytes.Length + 32 - 16)));
        }

        return [.. bytes, .. HMACSHA256.HashData(Key, bytes.AsSpan(0, body.Length))];
    }

    private static void AssertSame(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual) =>
        Assert.Equal(Convert.ToHexStringLower(expected), Convert.ToHexStringLower(actual));
}
