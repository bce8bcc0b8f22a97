using System.Text;
using MailKit.Security;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Servers;

namespace Tests.Unit.Webmail.Domains;

public sealed class ServerLoginTests
{
    private static readonly MailServerOptions Server = new("mail.example.test", 993, SecureSocketOptions.SslOnConnect);

    [Fact]
    public async Task Mechanism_OAuthBearer_PresentsThePasswordAsTheToken()
    {
        var servers = new MailServers(Server, Server, null) { Authentication = Authentication.OAuthBearer };

        var mechanism = servers.To(Server, new Credentials("ann@example.test", "token")).Mechanism()!;

        Assert.Equal("OAUTHBEARER", mechanism.MechanismName);
        var said = Encoding.UTF8.GetString(Convert.FromBase64String(await mechanism.ChallengeAsync(null, TestContext.Current.CancellationToken)));
        Assert.Equal("n,a=ann@example.test,\u0001host=mail.example.test\u0001port=993\u0001auth=Bearer token\u0001\u0001", said);
    }

    [Fact]
    public void To_LocalPart_LeavesTheDomainOut()
    {
        var servers = new MailServers(Server, Server, null) { UserName = UserNameForm.LocalPart };

        var login = servers.To(Server, new Credentials("ann@example.test", "secret"));

        Assert.Equal(new Credentials("ann", "secret"), login.Credentials);
        Assert.DoesNotContain("secret", login.ToString(), StringComparison.Ordinal);
    }
}
