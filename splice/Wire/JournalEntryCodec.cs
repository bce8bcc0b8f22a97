using System.Buffers.Binary;
using System.Text;
using Splice.Wire.Tls;

namespace Splice.Wire;

/// <summary>Bytes of a journal entry before it is sealed: see FORMATS.md, "Journal entry".</summary>
public static class JournalEntryCodec
{
    public const byte Version = 1;
    public const int SeedBytes = 32;
    private const int HeadBytes = 2;

    public static byte[] Encode(JournalEntry entry) => entry switch
    {
        JournalEntry.Captured e => Join(JournalEntryKind.Captured, [.. U64((ulong)e.UtcTicks), .. e.Seed.Span], Utf8(e.Build)),
        JournalEntry.Choice e => Join(JournalEntryKind.Choice, Text(e.Name), e.Answer.Span),
        JournalEntry.ChoiceFailed e => Join(JournalEntryKind.ChoiceFailed, [.. Text(e.Name), .. Text(e.Type)], Utf8(e.Message)),
        JournalEntry.Reference e => Join(
            JournalEntryKind.Reference, [.. U128(e.Hash), .. U64((ulong)e.LengthBytes)], Utf8(e.Name)),
        JournalEntry.EffectBegun e => Join(JournalEntryKind.EffectBegun, e.Id.ToByteArray(bigEndian: true), Utf8(e.Name)),
        JournalEntry.EffectDone e => Join(JournalEntryKind.EffectDone, Text(e.Name), e.Outcome.Span),
        JournalEntry.OutputHash e => Join(JournalEntryKind.OutputHash, U64(e.OutputOffset), U128(e.Hash)),
        JournalEntry.Checkpoint e => Join(
            JournalEntryKind.Checkpoint,
            [.. U64(e.OutputOffset), .. U128(e.Hash), .. U64((ulong)e.BodyOffset), .. U64(e.EntropyPosition)],
            e.State.Span),
        JournalEntry.ControlRecord e => Join(JournalEntryKind.ControlRecord, [.. U64(e.OutputOffset), (byte)e.Type], e.Content.Span),
        _ => throw new ArgumentOutOfRangeException(nameof(entry), entry, "this kind of entry has no layout"),
    };

    /// <summary>Null for another version, an unknown kind or a wrong length.</summary>
    public static JournalEntry? Decode(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < HeadBytes || bytes.Span[0] != Version)
        {
            return null;
        }

        var kind = (JournalEntryKind)bytes.Span[1];
        var reader = new SpanReader(bytes.Span[HeadBytes..]);
        JournalEntry? entry = kind switch
        {
            JournalEntryKind.Captured => new JournalEntry.Captured(
                (long)reader.U64(), reader.Take(SeedBytes).ToArray(), Rest(ref reader)),
            JournalEntryKind.Choice => new JournalEntry.Choice(ReadText(ref reader), bytes[^reader.Remaining..]),
            JournalEntryKind.ChoiceFailed => new JournalEntry.ChoiceFailed(
                ReadText(ref reader), ReadText(ref reader), Rest(ref reader)),
            JournalEntryKind.Reference => ReadReference(ref reader),
            JournalEntryKind.EffectBegun => ReadEffectBegun(ref reader),
            JournalEntryKind.EffectDone => new JournalEntry.EffectDone(ReadText(ref reader), bytes[^reader.Remaining..]),
            JournalEntryKind.OutputHash => new JournalEntry.OutputHash(reader.U64(), ReadU128(ref reader)),
            JournalEntryKind.Checkpoint => new JournalEntry.Checkpoint(
                reader.U64(), ReadU128(ref reader), (long)reader.U64(), reader.U64(), bytes[^reader.Remaining..]),
            JournalEntryKind.ControlRecord => new JournalEntry.ControlRecord(
                reader.U64(), (TlsContentType)reader.U8(), bytes[^reader.Remaining..]),
            _ => null,
        };
        return reader.Failed || (kind == JournalEntryKind.OutputHash && reader.Remaining > 0) ? null : entry;
    }

    private static JournalEntry.Reference ReadReference(ref SpanReader reader)
    {
        var hash = ReadU128(ref reader);
        var length = (long)reader.U64();
        return new JournalEntry.Reference(Rest(ref reader), hash, length);
    }

    private static JournalEntry.EffectBegun ReadEffectBegun(ref SpanReader reader)
    {
        var id = new Guid(reader.Take(16), bigEndian: true);
        return new JournalEntry.EffectBegun(Rest(ref reader), id);
    }

    private static byte[] Join(JournalEntryKind kind, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        // A collection expression of spans would grow by doubling.
        var bytes = new byte[HeadBytes + first.Length + second.Length];
        (bytes[0], bytes[1]) = (Version, (byte)kind);
        first.CopyTo(bytes.AsSpan(HeadBytes));
        second.CopyTo(bytes.AsSpan(HeadBytes + first.Length));
        return bytes;
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Text(string text)
    {
        var bytes = new byte[2 + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, checked((ushort)(bytes.Length - 2)));
        Encoding.UTF8.GetBytes(text, bytes.AsSpan(2));
        return bytes;
    }

    private static byte[] U64(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] U128(UInt128 value)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return bytes;
    }

    private static string ReadText(ref SpanReader reader) => reader.Text(reader.U16());

    private static string Rest(ref SpanReader reader) => reader.Text(reader.Remaining);

    private static UInt128 ReadU128(ref SpanReader reader) => BinaryPrimitives.ReadUInt128BigEndian(reader.Take(16));
}
