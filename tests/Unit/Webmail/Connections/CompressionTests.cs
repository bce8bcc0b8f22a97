using System.Net;
using System.Net.Sockets;
using System.Text;
using MailKit;
using MailKit.Security;
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
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var listening = ListenAsync(listener);
        var here = new MailServerOptions("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, SecureSocketOptions.None);
        var login = new MailServers(here, here, null).To(here, server.NewUser()) with { Compresses = compresses };

        using (var connection = await ImapConnection.SignInAsync(new ImapOptions(), login, Cancelled))
        {
            await connection.OpenAsync("INBOX", FolderAccess.ReadOnly, Cancelled);
        }

        Assert.Equal(!compresses, (await listening).Contains("EXAMINE INBOX", StringComparison.Ordinal));
    }

    /// <summary>What the client says on its way to the server.</summary>
    private async Task<string> ListenAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(Cancelled);
        using var upstream = new TcpClient();
        await upstream.ConnectAsync(server.Imap.Host, server.Imap.Port, Cancelled);
        var answering = upstream.GetStream().CopyToAsync(client.GetStream(), Cancelled);
        var said = new MemoryStream();
        var buffer = new byte[4096];
        int read;
        while ((read = await client.GetStream().ReadAsync(buffer, Cancelled)) > 0)
        {
            said.Write(buffer, 0, read);
            await upstream.GetStream().WriteAsync(buffer.AsMemory(0, read), Cancelled);
        }

        upstream.Client.Shutdown(SocketShutdown.Send);
        await answering.ContinueWith(_ => { }, Cancelled, TaskContinuationOptions.None, TaskScheduler.Default);
        return Encoding.ASCII.GetString(said.ToArray());
    }
}
