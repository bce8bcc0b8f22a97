using System.Buffers;
using System.Net;
using System.Net.Security;
using CsCheck;
using Splice.Store;
using Splice.Wire;
using Splice.Wire.Tls;
using StackExchange.Redis;

namespace Tests.Unit.Splice.Fuzzing;

/// <summary>What is encoded decodes to what it was.</summary>
public sealed class RoundTripTests
{
    private const int NameCharactersMax = 100;

    // No lone surrogates: those are not text, and become replacement characters when they are encoded.
    private static readonly Gen<string> GenText = Gen.Char['\0', '\u07ff'].Array[0, NameCharactersMax].Select(letters => new string(letters));
    private static readonly Gen<string> GenHost = Gen.Char['!', '~'].Array[1, 255].Select(letters => new string(letters));
    private static readonly Gen<byte[]> GenBytes = Gen.Byte.Array[0, 300];
    private static readonly Gen<byte[]> GenSealed = Gen.Byte.Array[0, TlsSecretsSeal.LengthBytesMax];
    private static readonly Gen<UInt128> GenU128 = Gen.Select(Gen.ULong, Gen.ULong, (upper, lower) => new UInt128(upper, lower));
    private static readonly Gen<FlowId> GenId = GenU128.Select(value => new FlowId(value));
    private static readonly Gen<FlowEnd> GenEnd = Gen.Select(GenU128, Gen.UShort, (address, port) => new FlowEnd(address, port));
    private static readonly Gen<byte> GenShift = Gen.Byte[0, 14];

    private static readonly Gen<FlowRecord> GenRecord =
        from id in GenId
        from fence in Gen.ULong
        from names in Gen.Select(GenText, GenText, GenText)
        from kind in Gen.OneOfConst(BackendKind.Hooks, BackendKind.Plain)
        from ends in GenEnd.Array[4]
        from numbers in Gen.UInt.Array[4]
        from offsets in Gen.Select(Gen.ULong, Gen.ULong)
        from shifts in GenShift.Array[4]
        from rest in Gen.Select(Gen.UShort, Gen.Bool, Gen.Long, GenSealed)
        select new FlowRecord
        {
            Id = id,
            Fence = fence,
            Proxy = names.Item1,
            Backend = names.Item2,
            Host = names.Item3,
            Kind = kind,
            Client = ends[0],
            Virtual = ends[1],
            Inner = ends[2],
            BackendEnd = ends[3],
            ClientSeq = numbers[0],
            VirtualSeq = numbers[1],
            InnerSeq = numbers[2],
            BackendSeq = numbers[3],
            BackendOutputStart = offsets.Item1,
            LoggedOffset = offsets.Item2,
            ClientShift = shifts[0],
            VirtualShift = shifts[1],
            InnerShift = shifts[2],
            BackendShift = shifts[3],
            ClientMss = rest.Item1,
            Sack = rest.Item2,
            AcceptedAt = rest.Item3,
            SealedTls = rest.Item4,
        };

    private static readonly Gen<JournalEntry> GenEntry = Gen.OneOf(
        Gen.Select(Gen.Long, Gen.Byte.Array[32], GenText, (ticks, seed, build) => (JournalEntry)new JournalEntry.Captured(ticks, seed, build)),
        Gen.Select(GenText, GenBytes, (name, answer) => (JournalEntry)new JournalEntry.Choice(name, answer)),
        Gen.Select(GenText, GenText, GenText, (name, type, message) => (JournalEntry)new JournalEntry.ChoiceFailed(name, type, message)),
        Gen.Select(GenText, GenU128, Gen.Long, (name, hash, length) => (JournalEntry)new JournalEntry.Reference(name, hash, length)),
        Gen.Select(GenText, Gen.Guid, (name, id) => (JournalEntry)new JournalEntry.EffectBegun(name, id)),
        Gen.Select(GenText, GenBytes, (name, outcome) => (JournalEntry)new JournalEntry.EffectDone(name, outcome)),
        Gen.Select(Gen.ULong, GenU128, (offset, hash) => (JournalEntry)new JournalEntry.OutputHash(offset, hash)),
        Gen.Select(Gen.ULong, GenU128, Gen.Long, Gen.ULong, GenBytes, (offset, hash, body, entropy, state) =>
            (JournalEntry)new JournalEntry.Checkpoint(offset, hash, body, entropy, state)),
        Gen.Select(Gen.ULong, Gen.Byte, GenBytes, (offset, type, content) =>
            (JournalEntry)new JournalEntry.ControlRecord(offset, (TlsContentType)type, content)));

    [Fact]
    public void FlowRecord_Any_ComesBack() => GenRecord.Sample(record =>
    {
        Assert.True(FlowRecordCodec.TryDecode(FlowRecordCodec.Encode(record), out var back));
        Assert.Equal(record.SealedTls.ToArray(), back!.SealedTls.ToArray());
        Assert.Equal(record, back with { SealedTls = record.SealedTls });
    });

    [Fact]
    public void FlowChange_Any_ComesBack() => Gen.Select(GenRecord, Gen.ULong, Gen.ULong, GenText).Sample((record, fence, offset, reason) =>
    {
        FlowChange[] changes = [new FlowChange.Removed(record.Id), new FlowChange.Completed(record.Id, fence, offset), new FlowChange.Cut(record.Id, fence, reason)];

        Assert.All(changes, change => Assert.Equal(change, FlowChangeCodec.Decode(FlowChangeCodec.Encode(change))));
        Assert.Equal(record.Id, FlowChangeCodec.Decode(FlowChangeCodec.Encode(new FlowChange.Committed(record)))!.Id);
    });

    [Fact]
    public void JournalEntry_Any_ComesBack() => GenEntry.Sample(entry =>
    {
        var back = JournalEntryCodec.Decode(JournalEntryCodec.Encode(entry))!;

        Assert.Equal(entry, WithSameMemory(entry, back));
    });

    [Fact]
    public void Preamble_Any_ComesBack() =>
        Gen.Select(Gen.Byte.Array[8], Gen.Bool, GenId, Gen.ULong.Array[5], GenHost, GenSealed).Sample((address, v6, flow, numbers, host, tls) =>
        {
            IPEndPoint End(byte[] bytes, int port) => new(new IPAddress(v6 ? [0xfd, .. new byte[11], .. bytes] : bytes), port);
            var preamble = new Preamble(
                End(address[..4], address[0] * 256), End(address[4..], 443), flow, (PreambleMode)(address[1] % 2),
                numbers[0], numbers[1], numbers[2], numbers[3], host, tls, numbers[4]);

            Assert.Equal(ParseResult.Ok, PreambleCodec.TryDecode(PreambleCodec.Encode(preamble, StorePair.ClusterKey), StorePair.ClusterKey, out var back, out _));
            Assert.Equal(tls, back!.SealedTls.ToArray());
            Assert.Equal(preamble, back with { SealedTls = preamble.SealedTls });
        });

    [Fact]
    public void Heartbeat_Any_ComesBack() => Gen.Select(GenText, Gen.ULong, Gen.ULong, Gen.UInt, Gen.Byte, Gen.Int[0, 3], GenText).Sample((backend, incarnation, sequence, flows, stores, flags, build) =>
    {
        var heartbeat = new Heartbeat(backend, incarnation, sequence, flows, stores, (flags & 1) != 0, (flags & 2) != 0, build);

        Assert.Equal(heartbeat, HeartbeatCodec.Decode(HeartbeatCodec.Encode(heartbeat, StorePair.ClusterKey), StorePair.ClusterKey));
    });

    [Fact]
    public void TlsSecrets_Any_ComeBack() => Gen.Select(
        GenId, Gen.OneOfConst(TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256), Gen.Byte.Array[96])
        .Sample((flow, suite, secret) =>
        {
            var bytes = KeySchedule.SecretBytes(suite);
            var secrets = new TlsSecrets(suite, secret.AsMemory(0, bytes), secret.AsMemory(96 - bytes));

            using var seal = new TlsSecretsSeal(StorePair.ClusterKey);
            var back = seal.Open(flow, seal.Seal(flow, secrets));

            Assert.Equal(suite, back.Suite);
            Assert.Equal(secrets.Client.ToArray(), back.Client.ToArray());
            Assert.Equal(secrets.Server.ToArray(), back.Server.ToArray());
        });

    [Fact]
    public void SealedEntry_Any_ComesBack() => Gen.Select(GenId, Gen.ULong, Gen.Int, GenBytes).Sample((flow, request, ordinal, entry) =>
    {
        using var seal = new EntrySeal(StorePair.ClusterKey);

        Assert.Equal(entry, seal.Open(flow, request, ordinal, seal.Seal(flow, request, ordinal, entry)));
    });

    /// <summary>A command has the form of an answer.</summary>
    [Fact]
    public void Resp_WhatIsWritten_IsRead() => GenBytes.Array[0, 20].Sample(values =>
    {
        var output = new ArrayBufferWriter<byte>();
        RespWriter.Array(output, values.Length);
        foreach (var value in values)
        {
            RespWriter.Bulk(output, value);
        }

        Assert.True(RespReader.TryRead(output.WrittenSpan, out var answer, out var consumed));
        Assert.Equal(output.WrittenCount, consumed);
        Assert.Equal(values, ((RedisResult[])answer!).Select(one => (byte[])one!));
    });

    /// <summary>Memory is compared by its bytes.</summary>
    private static JournalEntry WithSameMemory(JournalEntry entry, JournalEntry back)
    {
        static ReadOnlyMemory<byte> Same(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> actual)
        {
            Assert.Equal(expected.ToArray(), actual.ToArray());
            return expected;
        }

        return (entry, back) switch
        {
            (JournalEntry.Captured a, JournalEntry.Captured b) => b with { Seed = Same(a.Seed, b.Seed) },
            (JournalEntry.Choice a, JournalEntry.Choice b) => b with { Answer = Same(a.Answer, b.Answer) },
            (JournalEntry.EffectDone a, JournalEntry.EffectDone b) => b with { Outcome = Same(a.Outcome, b.Outcome) },
            (JournalEntry.Checkpoint a, JournalEntry.Checkpoint b) => b with { State = Same(a.State, b.State) },
            (JournalEntry.ControlRecord a, JournalEntry.ControlRecord b) => b with { Content = Same(a.Content, b.Content) },
            _ => back,
        };
    }
}
