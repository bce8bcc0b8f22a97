using System.Net.Http.Headers;
using Webmail.Mail.Servers.Discovery;

namespace Webmail.Mail.Unsubscribing;

/// <summary>
/// Leaves a list on a person's behalf (RFC 8058 §3.2): one POST by https that says nothing of the person, to public addresses only. A redirect is a
/// refusal, for lists must not answer one, and what is answered is not read.
/// </summary>
public sealed class OneClickPost : IDisposable
{
    private const string Boundary = "one-click";
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(10);
    private static readonly byte[] Form = [.. "--one-click\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--one-click--\r\n"u8];

    private readonly HttpClient _client;

    public OneClickPost(DiscoveryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _client = PublicHttp.CreateClient(options, new NameLookup(options), TimeMax, bytesMax: 1024);
        // Servers behind firewalls often refuse whoever has no name at all.
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("One-Click-Unsubscribe");
    }

    /// <summary>Within effects only, which may ask again in doubt: whoever has left the list has left it.</summary>
    /// <returns>Null if it was taken, else a sentence about who did not and how.</returns>
    public async Task<string?> SendAsync(Uri place, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(place);
        using var content = new ByteArrayContent(Form);
        content.Headers.ContentType = new MediaTypeHeaderValue("multipart/form-data") { Parameters = { new NameValueHeaderValue("boundary", Boundary) } };
        using var request = new HttpRequestMessage(HttpMethod.Post, place) { Content = content };
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode ? null : $"The list's server {place.IdnHost} answered {(int)response.StatusCode}.";
        }
        catch (HttpRequestException failure)
        {
            // What its name means here is nobody's business.
            return failure.InnerException is DiscoveryException
                ? $"The list's server {place.IdnHost} is not to be found on the public Internet."
                : $"The list's server {place.IdnHost} can't be reached.";
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"The list's server {place.IdnHost} did not answer within {TimeMax.TotalSeconds:0} s.";
        }
    }

    public void Dispose() => _client.Dispose();
}
