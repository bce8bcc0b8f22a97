using Webmail.Mail.Imap;

namespace Webmail.Mail.Servers.Discovery;

/// <summary>What a domain says of its mail servers.</summary>
/// <param name="Servers">The best of what was found; null without an IMAP and a submission server.</param>
/// <param name="Found">All that was found and may be used, the best of each kind first.</param>
/// <param name="Problems">Why something was not found or may not be used, in sentences.</param>
public sealed record DiscoveryResult(MailServers? Servers, IReadOnlyList<FoundServer> Found, IReadOnlyList<string> Problems);

/// <summary>One server that the domain names.</summary>
/// <param name="Source">Where: the name of an SRV record, or an address of a file.</param>
/// <param name="Authentication">Null if the source does not say.</param>
/// <param name="UserName">Null if the source does not say.</param>
public sealed record FoundServer(ServerKind Kind, MailServerOptions Server, string Source, Authentication? Authentication = null, UserNameForm? UserName = null);

public enum ServerKind
{
    Imap,
    Submission,
    Sieve,
}
