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
    private byte[] _content = [];
    private int _count;

    public uint Generation => protection.Generation;

    public ulong Sequence => protection.Sequence;

    /// <summary>We have said close_notify: nothing may follow.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>The key has sealed enough.</summary>
    public bool IsKeyWorn => protection.Sequence >= RecordsPerKeyMax;

    public override long PendingBytes => _count;

    public static JournalEntry.ControlRecord UpdateAt(ulong contentOffset) => new(contentOffset, TlsContentType.Handshake, KeyUpdate);

    public static JournalEntry.ControlRecord CloseAt(ulong contentOffset) =>
        new(contentOffset, TlsContentType.Alert, RecordProtection.CloseNotify);

    public override Memory<byte> GetMemory(int sizeHint)
    {
        SealWholeRecords();
        var wanted = _count + Math.Max(sizeHint, 1);
        if (_content.Length < wanted)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(wanted, 2 * RecordProtection.ContentBytesMax));
            _content.AsSpan(0, _count).CopyTo(larger);
            Return();
            _content = larger;
        }

        return _content.AsMemory(_count);
    }

    /// <summary>Moves nothing: Kestrel may go on writing into memory that it asked for before.</summary>
    public override void Advance(int bytes) => _count += bytes;

    public override void EndSegment()
    {
        SealWholeRecords();
        if (_count > 0)
        {
            Seal(TlsContentType.ApplicationData, _content.AsSpan(0, _count));
            _count = 0;
        }

        Return();
        _content = [];
    }

    public override void Release(ReadOnlySpan<byte> segment)
    {
        while (segment.Length > 0)
        {
            var content = segment[..Math.Min(segment.Length, RecordProtection.ContentBytesMax)];
            ReleaseRecord(TlsContentType.ApplicationData, content);
            segment = segment[content.Length..];
        }
    }

    public override void Skip(ulong contentBytes)
    {
        protection.Skip(RecordProtection.Records(contentBytes));
        Offset += RecordProtection.WireBytes(contentBytes);
    }

    /// <summary>A KeyUpdate or an alert between two segments: new, or made again in a replay.</summary>
    public void Send(JournalEntry.ControlRecord record)
    {
        ReleaseRecord(record.Type, record.Content.Span);
        if (record.Type == TlsContentType.Handshake)
        {
            protection.Update();
        }
        else
        {
            IsClosed = true;
        }
    }

    public void Dispose()
    {
        Return();
        _content = [];
        protection.Dispose();
    }

    private void SealWholeRecords()
    {
        var sealedBytes = 0;
        while (_count - sealedBytes >= RecordProtection.ContentBytesMax)
        {
            Seal(TlsContentType.ApplicationData, _content.AsSpan(sealedBytes, RecordProtection.ContentBytesMax));
            sealedBytes += RecordProtection.ContentBytesMax;
        }

        _content.AsSpan(sealedBytes, _count - sealedBytes).CopyTo(_content);
        _count -= sealedBytes;
    }

    private void ReleaseRecord(TlsContentType type, ReadOnlySpan<byte> content)
    {
        var length = content.Length + RecordProtection.OverheadBytes;
        if (Known(length) == length)
        {
            protection.Skip(1);
            Offset += (ulong)length;
            return;
        }

        var record = ArrayPool<byte>.Shared.Rent(length);
        protection.Seal(type, content, record);
        ReleaseUnknown(record.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(record);
    }

    private void Seal(TlsContentType type, ReadOnlySpan<byte> content)
    {
        var record = Transport.GetSpan(content.Length + RecordProtection.OverheadBytes);
        var length = protection.Seal(type, content, record);
        Transport.Advance(length);
        Passed(length);
    }

    private void Return()
    {
        if (_content.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_content);
        }
    }
}
