using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Tests.Unit.Webmail.Servers;

/// <summary>A real IMAP server on a free loopback port, and people on it.</summary>
public interface IImapServer
{
    MailServerOptions Imap { get; }

    /// <summary>It tells parts' language, location, exact size and header fields beyond MIME's. What Courier does not tell cannot be shown.</summary>
    bool DescribesParts => true;

    /// <summary>Somebody nobody has been before, with an empty mailbox and a password that needs quoting.</summary>
    Credentials NewUser();
}
