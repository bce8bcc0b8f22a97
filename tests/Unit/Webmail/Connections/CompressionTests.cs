using MailKit;
using Tests.Unit.Webmail.Servers;
using Webmail.Mail.Imap;
using Webmail.Mail.Servers;

namespace Tests.Unit.Webmail.Connections;

public sealed class CompressionTests(CyrusServer server)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SignIn_ServerOffersCompression_CompressesWhereTheDomainSaysSo(bool compresses)
    {
        var servers = new MailServers(server.Imap, server.Imap, null) { CompressesImap = compresses };
        var login = servers.To(server.Imap, server.NewUser()) with { Compresses = compresses };

        using var connection = await ImapConnection.SignInAsync(new ImapOptions(), login, Cancelled);

        // Who compresses already is refused (RFC 4978 §3).
        var again = await Record.ExceptionAsync(() => connection.Client.CompressAsync(Cancelled));
        Assert.Equal(compresses, again is not null);
        await connection.OpenAsync("INBOX", FolderAccess.ReadOnly, Cancelled);
    }
}
