using System.Net;
using Splice.Wire.Tls;

namespace Splice.Daemon.Tls;

/// <summary>What a handshake leaves: from here on both streams are TLS records from offset 0 and sequence 0.</summary>
/// <param name="Secrets">Application traffic secrets of both directions.</param>
/// <param name="ServerName">The name the client asked for, lower case; null if it named none.</param>
/// <param name="Alpn">http/1.1, or null if the client did not ask.</param>
/// <param name="Certificate">The certificate it was shown.</param>
/// <param name="ClientBytes">Bytes the client sent before offset 0.</param>
public sealed record TlsConnection(TlsSecrets Secrets, string? ServerName, string? Alpn, ServerCertificate Certificate, int ClientBytes)
{
    /// <summary>
    /// Whether the client could check the certificate for this host. A browser may reuse a connection for another host of
    /// the same certificate; that one belongs to another flow and is misdirected (RFC 9110 §15.5.20).
    /// </summary>
    public bool IsFor(string host) => ServerName is not null
        ? ServerName.TrimEnd('.') == host.TrimEnd('.')
        : IPAddress.TryParse(host, out _) || Certificate.Covers(host.TrimEnd('.'));
}
