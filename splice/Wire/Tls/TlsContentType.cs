namespace Splice.Wire.Tls;

/// <summary>What a TLS record carries (RFC 8446 §5.1).</summary>
public enum TlsContentType : byte
{
    ChangeCipherSpec = 20,
    Alert = 21,
    Handshake = 22,
    ApplicationData = 23,
}
