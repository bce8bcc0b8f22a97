namespace Splice.Daemon.Configuration;

/// <summary>HTTPS: where, with which certificates, within which limits. Without this section spliced serves HTTP only.</summary>
public sealed record TlsConfig
{
    public required ushort Port { get; init; }

    /// <summary>At least one; the first is shown to clients that name no host, or one that no certificate names.</summary>
    public required IReadOnlyList<CertificateConfig> Certificates { get; init; }

    /// <summary>Time for a handshake, its wait for a place included; beyond it the connection is closed.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Handshakes under way at once; beyond it they wait.</summary>
    public int HandshakesMax { get; init; } = 256;

    /// <summary>Most that a client may send in a handshake, in bytes.</summary>
    public int HandshakeBytesMax { get; init; } = 64 * 1024;
}

/// <summary>PEM files of one certificate.</summary>
/// <param name="CertificateFile">The certificate, then its issuers up to, not including, the root.</param>
/// <param name="KeyFile">Its private key, without a password.</param>
public sealed record CertificateConfig(string CertificateFile, string KeyFile);
