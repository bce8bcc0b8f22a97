using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Servers;

namespace Tests.Unit.Webmail.Sieve;

/// <summary>One mail server for everybody, and everything.</summary>
internal sealed class OneMailServer(MailServerOptions server) : IMailServers
{
    public ValueTask<MailServers> FindAsync(string username, CancellationToken cancellationToken) => new(new MailServers(server, server, server));
}
