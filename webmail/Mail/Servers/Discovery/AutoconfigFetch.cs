using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Webmail.Mail.Servers.Discovery;

/// <summary>
/// Fetches autoconfig files over HTTPS from servers that the domain names. The address is checked where the connection is made, so that
/// no name can mean another one by then; no redirect is followed, no proxy, no cookie.
/// </summary>
internal sealed class AutoconfigFetch : IDisposable
{
    private const int BytesMax = 64 * 1024;
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(10);

    private readonly DiscoveryOptions _options;
    private readonly NameLookup _names;
    private readonly HttpClient _client;

    public AutoconfigFetch(DiscoveryOptions options, NameLookup names)
    {
        (_options, _names) = (options, names);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.Zero,
            MaxResponseHeadersLength = 16,
            ConnectCallback = ConnectAsync,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = options.CertificateValidation },
        };
        _client = new HttpClient(handler) { Timeout = TimeMax, MaxResponseContentBufferSize = BytesMax };
    }

    /// <summary>The two places where a domain may keep its file.</summary>
    public IReadOnlyList<Uri> PlacesOf(string domain) =>
    [
        new UriBuilder("https", $"autoconfig.{domain}", _options.HttpsPort, "/mail/config-v1.1.xml").Uri,
        new UriBuilder("https", domain, _options.HttpsPort, "/.well-known/autoconfig/mail/config-v1.1.xml").Uri,
    ];

    /// <exception cref="DiscoveryException">It is not there, too large, or may not be asked for.</exception>
    public async Task<byte[]> ReadAsync(Uri place, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _client.GetAsync(place, cancellationToken);
            return response.StatusCode == HttpStatusCode.OK
                ? await response.Content.ReadAsByteArrayAsync(cancellationToken)
                : throw new DiscoveryException($"{place} answers {(int)response.StatusCode}.");
        }
        catch (HttpRequestException failure)
        {
            throw new DiscoveryException($"{place}: {(failure.InnerException ?? failure).Message}");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DiscoveryException($"{place} does not answer within {TimeMax.TotalSeconds:0} s.");
        }
    }

    public void Dispose() => _client.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await _names.AddressesAsync(context.DnsEndPoint.Host, cancellationToken);
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
