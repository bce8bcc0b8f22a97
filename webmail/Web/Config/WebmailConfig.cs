using System.Net;
using MailKit.Security;
using Webmail.Mail.Imap;

namespace Webmail.Web.Config;

/// <summary>Everything the configuration file says, checked.</summary>
/// <param name="Name">Of this backend.</param>
/// <param name="Listen">Where it answers.</param>
/// <param name="Splice">How it takes part in the splice.</param>
/// <param name="Imap">Where the mail is.</param>
/// <param name="Submission">Who sends mail.</param>
/// <param name="Sieve">Where filters are kept (ManageSieve); null if users have none here.</param>
/// <param name="Database">PostgreSQL.</param>
public sealed record WebmailConfig(
    string Name, IReadOnlyList<IPEndPoint> Listen, SpliceConfig Splice, MailServerOptions Imap, MailServerOptions Submission, MailServerOptions? Sieve,
    DatabaseConfig Database)
{
    /// <summary>The authserv-ids (RFC 8601 §2.5) of the mail servers whose Authentication-Results are believed; none by default.</summary>
    public IReadOnlyList<string> TrustedAuthenticationServers { get; init; } = [];

    /// <summary>Where the machine's administrator is answered; null if nowhere.</summary>
    public AdminConfig? Admin { get; init; }
}

/// <summary>How this backend takes part in the splice; switched off it is an ordinary HTTP server.</summary>
public sealed record SpliceConfig(
    bool Enabled, bool Journal, string ClusterKeyFile, IReadOnlyList<StoreConfig> Stores, IReadOnlyList<IPEndPoint> Proxies);

/// <summary>How the machine's administrator reaches this backend, and what is done for them.</summary>
/// <param name="Socket">A Unix socket that only the process's own user may use.</param>
/// <param name="DiscoverInternal">Whether a domain may lead discovery to private addresses.</param>
/// <param name="NameServer">Whom discovery asks; null for the machine's own.</param>
public sealed record AdminConfig(string Socket, bool DiscoverInternal, IPEndPoint? NameServer);

public sealed record StoreConfig(string Name, IPEndPoint Endpoint);

public sealed record DatabaseConfig(string Host, int Port, string Name, string User, string? PasswordFile);

/// <summary>The words for connection protection.</summary>
public static class TlsWords
{
    public static IReadOnlyDictionary<string, SecureSocketOptions> All { get; } = new Dictionary<string, SecureSocketOptions>
    {
        ["none"] = SecureSocketOptions.None,
        ["starttls"] = SecureSocketOptions.StartTls,
        ["implicit"] = SecureSocketOptions.SslOnConnect,
    };
}
