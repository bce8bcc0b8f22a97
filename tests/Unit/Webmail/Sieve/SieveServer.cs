using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Servers;

namespace Tests.Unit.Webmail.Sieve;

/// <summary>One Sieve server for everybody.</summary>
internal sealed class SieveServer(MailServerOptions server) : IMailServers
{
    public ValueTask<MailServers> FindAsync(string username, CancellationToken cancellationToken) => new(new MailServers(server, server, server));
}
