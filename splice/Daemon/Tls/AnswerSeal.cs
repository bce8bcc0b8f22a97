using Splice.Wire.Tls;

namespace Splice.Daemon.Tls;

/// <summary>
/// Seals an answer of spliced's own and the close_notify after it, without which a client takes it for cut off (RFC 8446
/// §6.1). Both are the only TLS records that the server secret ever seals on such a connection: it reaches no backend after.
/// </summary>
internal static class AnswerSeal
{
    public static byte[] Seal(TlsSecrets secrets, ReadOnlySpan<byte> answer)
    {
        using var protection = new RecordProtection(secrets.Suite, secrets.Server.Span, 0, 0);
        var bytes = new byte[answer.Length + RecordProtection.CloseNotify.Length + 2 * RecordProtection.OverheadBytes];
        var length = protection.Seal(TlsContentType.ApplicationData, answer, bytes);
        protection.Seal(TlsContentType.Alert, RecordProtection.CloseNotify.Span, bytes.AsSpan(length));
        return bytes;
    }
}
