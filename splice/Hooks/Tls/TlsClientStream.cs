using System.Buffers;
using System.IO.Pipelines;
using Splice.Wire;
using Splice.Wire.Tls;

namespace Splice.Hooks;

/// <summary>
/// The output sealed into TLS records, each segment into records of full length and a rest. Cut like that, a replay makes
/// the same TLS records, and no nonce ever carries two contents: what could differ has no mark, so it was never sent.
/// </summary>
internal sealed class TlsClientStream(
    PipeWriter transport, RecordProtection protection, ulong offset, ulong ackedOffset) : ClientStream(transport, offset, ackedOffset)
{
    // RFC 8446 §5.5: AES-GCM is safe for 2^24.5 records of full length under one key.
    private const ulong RecordsPerKeyMax = 1 << 24;
    private static readonly byte[] KeyUpdate = [24, 0, 0, 1, 0];

    /// <summary>Bytes on the wire of <see cref="CloseAt"/>.</summary>
    public static uint CloseBytes => (uint)(RecordProtection.CloseNotify.Length + RecordProtection.OverheadBytes);

    public uint Generation => protection.Generation;

    public ulong Sequence => protection.Sequence;

    /// <summary>We have said close_notify: nothing may follow.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>The key has sealed enough.</summary>
    public bool IsKeyWorn => protection.Sequence >= RecordsPerKeyMax;

    public static JournalEntry.ControlRecord UpdateAt(ulong contentOffset) => new(contentOffset, TlsContentType.Handshake, KeyUpdate);

    /// <param name="contentOffset">Before anything else.</param>
    /// <param name="ticket">A NewSessionTicket message.</param>
    public static JournalEntry.ControlRecord TicketAt(ulong contentOffset, ReadOnlyMemory<byte> ticket) => new(contentOffset, TlsContentType.Handshake, ticket);

    public static JournalEntry.ControlRecord CloseAt(ulong contentOffset) =>
        new(contentOffset, TlsContentType.Alert, RecordProtection.CloseNotify);

    public override void Release(ReadOnlySequence<byte> segment)
    {
        while (segment.Length > 0)
        {
            var content = segment.Slice(0, Math.Min(segment.Length, RecordProtection.ContentBytesMax));
            ReleaseRecord(TlsContentType.ApplicationData, content);
            segment = segment.Slice(content.End);
        }
    }

    public override void Skip(ulong contentBytes)
    {
        protection.Skip(RecordProtection.Records(contentBytes));
        Offset += RecordProtection.WireBytes(contentBytes);
    }

    /// <summary>A ticket, a KeyUpdate or an alert between two segments: new, or made again in a replay.</summary>
    public void Send(JournalEntry.ControlRecord record)
    {
        ReleaseRecord(record.Type, new ReadOnlySequence<byte>(record.Content));
        if (record.Type == TlsContentType.Alert)
        {
            IsClosed = true;
        }
        else if (record.Content.Span[0] == KeyUpdate[0])
        {
            protection.Update();
        }
    }

    public void Dispose() => protection.Dispose();

    private void ReleaseRecord(TlsContentType type, ReadOnlySequence<byte> content)
    {
        var length = (int)content.Length + RecordProtection.OverheadBytes;
        var known = Known(length);
        if (known == length)
        {
            protection.Skip(1);
            Offset += (ulong)length;
        }
        else if (known == 0)
        {
            protection.Seal(type, content, Transport.GetSpan(length));
            Transport.Advance(length);
            Passed(length);
        }
        else
        {
            var record = new byte[length];
            protection.Seal(type, content, record);
            ReleaseUnknown(record);
        }
    }
}
