using System.Net.Security;

namespace Splice.Wire.Tls;

/// <summary>What a TLS 1.3 handshake leaves to the record layer: the application traffic secrets of both directions.</summary>
/// <param name="Suite">One of the three suites of <see cref="KeySchedule"/>.</param>
/// <param name="Client">client_application_traffic_secret_0 (RFC 8446 §7.1), as long as the suite's hash.</param>
/// <param name="Server">server_application_traffic_secret_0.</param>
/// <param name="Ticket">A NewSessionTicket message (§4.6.1) that the client is still to be sent, before anything else; empty if none.</param>
public sealed record TlsSecrets(
    TlsCipherSuite Suite, ReadOnlyMemory<byte> Client, ReadOnlyMemory<byte> Server, ReadOnlyMemory<byte> Ticket = default);
