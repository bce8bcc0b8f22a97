namespace Splice.Daemon.Tls;

/// <summary>All certificates at one time, in the order of the configuration. The first is for everybody else.</summary>
public sealed class CertificateSet(IReadOnlyList<ServerCertificate> certificates)
{
    public IReadOnlyList<ServerCertificate> All => certificates;

    public ServerCertificate Default => certificates[0];

    /// <summary>One that names the host exactly, or else by a wildcard, or else the default.</summary>
    public ServerCertificate For(string? host) =>
        host is null
            ? Default
            : certificates.FirstOrDefault(certificate => certificate.Names.Contains(host))
                ?? certificates.FirstOrDefault(certificate => certificate.CoversByWildcard(host))
                ?? Default;

    internal CertificateSet With(int index, ServerCertificate replacement) =>
        new(certificates.Select((certificate, i) => i == index ? replacement : certificate).ToList());
}
