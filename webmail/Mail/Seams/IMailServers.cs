using Webmail.Mail.Servers;

namespace Webmail.Mail.Seams;

/// <summary>Knows on which servers an account's mail is; the composition root decides from where.</summary>
public interface IMailServers
{
    /// <summary>
    /// By the domain of the user's name, never by a host that the user names. Asked within a choice or an effect only: the answer may change at any time.
    /// </summary>
    /// <exception cref="Imap.MailUnavailableException">Nobody can say now.</exception>
    ValueTask<MailServers> FindAsync(string username, CancellationToken cancellationToken);
}
