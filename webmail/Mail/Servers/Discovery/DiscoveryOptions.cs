using System.Net;
using System.Net.Security;

namespace Webmail.Mail.Servers.Discovery;

/// <summary>How far discovery goes: what a domain says of itself was written by strangers.</summary>
public sealed record DiscoveryOptions
{
    /// <summary>Whether it may lead to addresses that are not public: of this machine, of its network.</summary>
    public bool AllowsInternal { get; init; }

    /// <summary>Whom names are asked of; null for the machine's own name servers.</summary>
    public IPEndPoint? NameServer { get; init; }

    /// <summary>Where autoconfig files are fetched.</summary>
    public int HttpsPort { get; init; } = 443;

    /// <summary>Judges the certificates of those servers instead of the machine's trusted authorities; null to leave it to them.</summary>
    public RemoteCertificateValidationCallback? CertificateValidation { get; init; }
}
