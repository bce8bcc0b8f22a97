namespace Splice.Wire.Tls;

/// <summary>Alert descriptions that the record layer sends or understands (RFC 8446 §6).</summary>
public enum TlsAlert : byte
{
    CloseNotify = 0,
    UnexpectedMessage = 10,
    BadRecordMac = 20,
    RecordOverflow = 22,
    IllegalParameter = 47,
    DecodeError = 50,
    UserCanceled = 90,
}
