using System.Net.Security;
using System.Net.Sockets;

namespace Webmail.Mail.Servers.Discovery;

/// <summary>
/// HTTP to servers that strangers name. All addresses of a name are checked where the connection is made, and it is made to one of those, so that no
/// name can mean another one by then; no redirect is followed, no proxy, no cookie, no connection is kept.
/// </summary>
internal static class PublicHttp
{
    /// <param name="options">How far it goes.</param>
    /// <param name="names">Tells and checks addresses.</param>
    /// <param name="timeMax">For one request and its answer.</param>
    /// <param name="bytesMax">Of an answer that is read whole.</param>
    public static HttpClient CreateClient(DiscoveryOptions options, NameLookup names, TimeSpan timeMax, int bytesMax) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.Zero,
        MaxResponseHeadersLength = 16,
        ConnectCallback = (context, cancellationToken) => ConnectAsync(names, context, cancellationToken),
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = options.CertificateValidation },
    })
    {
        Timeout = timeMax,
        MaxResponseContentBufferSize = bytesMax,
    };

    private static async ValueTask<Stream> ConnectAsync(NameLookup names, SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await names.AddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync([.. addresses], context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
