namespace Splice.Daemon.Tls;

/// <summary>Why a TLS connection did not come to its first request.</summary>
public enum HandshakeFailure
{
    /// <summary>The client went before the end.</summary>
    Closed,

    /// <summary>The client took too long, or too many others were before it.</summary>
    Timeout,

    /// <summary>More connections than may wait.</summary>
    Crowded,

    /// <summary>What arrived is not TLS.</summary>
    NotTls,

    /// <summary>The client says more than a handshake needs.</summary>
    TooLong,

    /// <summary>The client does not speak TLS 1.3.</summary>
    Version,

    /// <summary>The client speaks no HTTP/1.1.</summary>
    ApplicationProtocol,

    /// <summary>The client says that it cannot go on; mostly it does not trust the certificate.</summary>
    ClientAlert,

    /// <summary>No suite, group or signature in common, or a broken message.</summary>
    Protocol,
}
