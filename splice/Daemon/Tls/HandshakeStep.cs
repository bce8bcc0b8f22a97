namespace Splice.Daemon.Tls;

/// <summary>Where a handshake is after a TLS record.</summary>
internal enum HandshakeStep
{
    /// <summary>It needs the client's next TLS record.</summary>
    More,

    /// <summary>The client's Finished was right.</summary>
    Done,

    /// <summary>It is over; the output is an alert.</summary>
    Failed,
}
