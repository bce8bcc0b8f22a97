using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Servers;

/// <summary>The mail servers of a domain, and how its people sign in to them.</summary>
/// <param name="Imap">Where the mail is.</param>
/// <param name="Submission">Who sends mail.</param>
/// <param name="Sieve">Where filters are kept (ManageSieve); null if users have none here.</param>
public sealed record MailServers(MailServerOptions Imap, MailServerOptions Submission, MailServerOptions? Sieve)
{
    public const int ConnectionsMax = 50;

    public Authentication Authentication { get; init; }

    public UserNameForm UserName { get; init; }

    /// <summary>IMAP connections per account and process, 1 to <see cref="ConnectionsMax"/>; null for what is usual.</summary>
    public int? ConnectionsPerAccountMax { get; init; }

    /// <summary>
    /// Whether IMAP is compressed where the server offers that (RFC 4978): for a server far away. Near ones are slower by it, and each connection needs
    /// a few hundred KiB more.
    /// </summary>
    public bool CompressesImap { get; init; }

    internal ServerLogin To(MailServerOptions server, Credentials credentials) => new(
        server,
        Authentication,
        UserName == UserNameForm.LocalPart ? credentials with { Username = credentials.Username[..credentials.Username.LastIndexOf('@')] } : credentials);
}

/// <summary>How the password is presented.</summary>
public enum Authentication
{
    /// <summary>As each protocol does it in the fewest round trips: IMAP LOGIN, ManageSieve PLAIN, and what the submission server offers.</summary>
    Password,

    /// <summary>SASL PLAIN (RFC 4616).</summary>
    Plain,

    /// <summary>SASL LOGIN, which some servers offer instead of PLAIN.</summary>
    Login,

    /// <summary>SASL OAUTHBEARER (RFC 7628): the password is the token.</summary>
    OAuthBearer,
}

/// <summary>What of somebody's address the mail server knows as their name.</summary>
public enum UserNameForm
{
    Address,
    LocalPart,
}
