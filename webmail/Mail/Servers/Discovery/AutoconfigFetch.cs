using System.Net;

namespace Webmail.Mail.Servers.Discovery;

/// <summary>Fetches autoconfig files over HTTPS from servers that the domain names.</summary>
internal sealed class AutoconfigFetch(DiscoveryOptions options, NameLookup names) : IDisposable
{
    private const int BytesMax = 64 * 1024;
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client = PublicHttp.CreateClient(options, names, TimeMax, BytesMax);

    /// <summary>The two places where a domain may keep its file.</summary>
    public IReadOnlyList<Uri> PlacesOf(string domain) =>
    [
        new UriBuilder("https", $"autoconfig.{domain}", options.HttpsPort, "/mail/config-v1.1.xml").Uri,
        new UriBuilder("https", domain, options.HttpsPort, "/.well-known/autoconfig/mail/config-v1.1.xml").Uri,
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
}
