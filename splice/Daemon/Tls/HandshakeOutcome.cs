namespace Splice.Daemon.Tls;

/// <summary>A connection, or why there is none.</summary>
public sealed record HandshakeOutcome(TlsConnection? Connection, HandshakeFailure Failure, string Reason)
{
    internal static HandshakeOutcome Failed(HandshakeFailure failure, string reason) => new(null, failure, reason);
}
