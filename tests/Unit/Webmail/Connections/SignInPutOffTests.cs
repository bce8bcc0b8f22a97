using MailKit.Net.Imap;
using Tests.Unit.Webmail.Sieve;
using Webmail.Mail.Imap;
using Webmail.Mail.Servers;

namespace Tests.Unit.Webmail.Connections;

/// <summary>A server that lets nobody sign in just now has not said that the password is wrong.</summary>
public sealed class SignInPutOffTests
{
    [Theory]
    [InlineData("A1 NO [UNAVAILABLE] Temporary authentication failure. [mx1:2026-03-01 12:00:00]", true)]
    [InlineData("A1 NO [LIMIT] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)", true)]
    [InlineData("A1 NO [INUSE] Mailbox is in use by a migration", true)]
    [InlineData("A1 NO [ALERT] Too many simultaneous connections. (Failure)", true)]
    [InlineData("A1 NO Temporary problem, please try again later", true)]
    [InlineData("A1 NO [AUTHENTICATIONFAILED] Authentication failed.", false)]
    [InlineData("A1 NO [ALERT] Application-specific password required (Failure)", false)]
    [InlineData("A1 NO [EXPIRED] Password expired", false)]
    [InlineData("A1 NO LOGIN failed.", false)]
    public void IsMeantBy_Words_AsTheServerMeansThem(string words, bool isPutOff) =>
        Assert.Equal(isPutOff, SignInPutOffException.IsMeantBy(["* OK ready", words]));

    [Fact]
    public async Task Verify_UserHasAllConnectionsAllowed_IsNoWrongPassword()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var dovecot = new DovecotServer("", connectionsMax: 1);
        var user = dovecot.NewUser();
        using var pool = new ImapPool(new OneMailServer(dovecot.Imap), new ImapOptions(), TimeProvider.System);
        using (var other = new ImapClient())
        {
            await other.ConnectAsync(dovecot.Imap, cancelled);
            await other.AuthenticateAsync(user.Username, user.Password, cancelled);

            var putOff = await Assert.ThrowsAsync<MailUnavailableException>(() => pool.VerifyAsync(user, cancelled));
            Assert.Contains("Maximum number of connections", putOff.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<MailRefusedException>(() => pool.VerifyAsync(user with { Password = "wrong" }, cancelled));
            await other.DisconnectAsync(true, cancelled);
        }

        await pool.VerifyAsync(user, cancelled);
    }
}
