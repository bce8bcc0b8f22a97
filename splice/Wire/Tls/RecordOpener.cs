using System.Buffers;
using System.Buffers.Binary;

namespace Splice.Wire.Tls;

/// <summary>
/// Opens the TLS records of a client's stream. KeyUpdates and alerts are dealt with here, so that what comes out is
/// application data and its end. The span of a content is good until the next call on the same thread.
/// </summary>
public sealed class RecordOpener(RecordProtection protection) : IDisposable
{
    private const int HandshakeHeaderBytes = 4;
    private const byte KeyUpdateType = 24;
    private const int KeyUpdateBytes = HandshakeHeaderBytes + 1;
    private const int AlertBytes = 2;

    // A client that sends nothing but empty or control records keeps a thread busy and says nothing.
    private const int IdleRecordsMax = 64;

    // Not one for each connection: most of them are idle.
    [ThreadStatic]
    private static byte[]? _record;

    private int _idle;

    /// <summary>Generation and sequence number of the next TLS record.</summary>
    public RecordProtection Protection => protection;

    /// <summary>The client has said close_notify: nothing follows.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>The client's KeyUpdate asked for one of ours (RFC 8446 §4.6.3). The caller clears it.</summary>
    public bool IsUpdateRequested { get; set; }

    /// <summary>Opens the next TLS record if it is there whole.</summary>
    /// <param name="bytes">What has arrived from the record's first byte on.</param>
    /// <param name="lengthBytes">Length of the TLS record on the wire.</param>
    /// <param name="content">Application data; empty for everything else.</param>
    /// <returns>False if more bytes are needed.</returns>
    /// <exception cref="TlsAlertException">The client breaks the protocol, or says so of us.</exception>
    public bool TryOpen(in ReadOnlySequence<byte> bytes, out int lengthBytes, out ReadOnlySpan<byte> content)
    {
        content = default;
        lengthBytes = 0;
        if (bytes.Length < RecordProtection.HeaderBytes)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[RecordProtection.HeaderBytes];
        bytes.Slice(0, RecordProtection.HeaderBytes).CopyTo(header);
        lengthBytes = RecordProtection.HeaderBytes + BinaryPrimitives.ReadUInt16BigEndian(header[3..]);
        if (header[0] != (byte)TlsContentType.ApplicationData)
        {
            throw new TlsAlertException(TlsAlert.UnexpectedMessage, $"a TLS record of type {header[0]} after the handshake");
        }

        if (lengthBytes > RecordProtection.RecordBytesMax)
        {
            throw new TlsAlertException(TlsAlert.RecordOverflow, $"a TLS record of {lengthBytes} bytes");
        }

        if (lengthBytes < RecordProtection.OverheadBytes)
        {
            throw new TlsAlertException(TlsAlert.BadRecordMac, $"a TLS record of {lengthBytes} bytes");
        }

        if (bytes.Length < lengthBytes)
        {
            return false;
        }

        var record = (_record ??= new byte[RecordProtection.RecordBytesMax]).AsSpan(0, lengthBytes);
        bytes.Slice(0, lengthBytes).CopyTo(record);
        var opened = protection.Open(record, out var type);
        switch (type)
        {
            case TlsContentType.ApplicationData:
                content = opened;
                break;
            case TlsContentType.Alert:
                ReadAlert(opened);
                break;
            case TlsContentType.Handshake:
                ReadHandshake(opened);
                break;
            default:
                throw new TlsAlertException(TlsAlert.UnexpectedMessage, $"content of type {(byte)type}");
        }

        _idle = content.IsEmpty ? _idle + 1 : 0;
        return _idle <= IdleRecordsMax
            ? true
            : throw new TlsAlertException(TlsAlert.UnexpectedMessage, $"{_idle} TLS records without application data");
    }

    public void Dispose() => protection.Dispose();

    private void ReadAlert(ReadOnlySpan<byte> alert)
    {
        if (alert.Length != AlertBytes)
        {
            throw new TlsAlertException(TlsAlert.DecodeError, $"an alert of {alert.Length} bytes");
        }

        switch ((TlsAlert)alert[1])
        {
            case TlsAlert.CloseNotify:
                IsClosed = true;
                break;
            case TlsAlert.UserCanceled:
                break;
            default:
                throw new TlsAlertException((TlsAlert)alert[1], "the client ends the connection with an alert");
        }
    }

    private void ReadHandshake(ReadOnlySpan<byte> message)
    {
        // A KeyUpdate changes keys, so it ends its TLS record (RFC 8446 §5.1); nothing else may come after the handshake.
        if (message.Length != KeyUpdateBytes || message[0] != KeyUpdateType || message[1] != 0 || message[2] != 0 || message[3] != 1)
        {
            throw new TlsAlertException(TlsAlert.UnexpectedMessage, "a handshake message other than KeyUpdate");
        }

        if (message[HandshakeHeaderBytes] > 1)
        {
            throw new TlsAlertException(TlsAlert.IllegalParameter, $"KeyUpdate with request {message[HandshakeHeaderBytes]}");
        }

        IsUpdateRequested |= message[HandshakeHeaderBytes] == 1;
        protection.Update();
    }
}
