using System.Net;
using MailKit.Security;
using Webmail.Mail.Imap;

namespace Webmail.Web.Config;

/// <summary>Everything the configuration file says, checked.</summary>
public sealed record WebmailConfig(
    string Name, IReadOnlyList<IPEndPoint> Listen, SpliceConfig Splice, MailServerOptions Imap, MailServerOptions Submission, DatabaseConfig Database);

/// <summary>How this backend takes part in the splice; switched off it is an ordinary HTTP server.</summary>
public sealed record SpliceConfig(
    bool Enabled, bool Journal, string ClusterKeyFile, IReadOnlyList<StoreConfig> Stores, IReadOnlyList<IPEndPoint> Proxies);

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
