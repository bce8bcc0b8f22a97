namespace Splice.Daemon.Tls;

/// <summary>OpenSSL refused what only a bug or an installation without TLS 1.3 makes it refuse.</summary>
public sealed class OpenSslException : Exception
{
    internal OpenSslException(string call) : base($"{call}: {LibCrypto.TakeError().Text}")
    {
    }
}
