using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Appliance.Cli.Lab;

/// <summary>Asks a backend's webmail about the domain map, over the socket that is the administrator's. Any backend will do: they share the map.</summary>
public static class DomainClient
{
    /// <summary>Discovery has 40 seconds in the webmail, a test 15.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>The answer's body; null if it has none.</summary>
    /// <exception cref="FailedException">The webmail refuses; it says why.</exception>
    /// <exception cref="NotRunningException">No backend answers.</exception>
    public static JsonNode? Send(HttpMethod method, string path, string? body = null)
    {
        foreach (var socket in Topology.Backends.Select(backend => LabPaths.AdminSocket(backend.Name)))
        {
            try
            {
                return Send(socket, method, path, body);
            }
            catch (Exception exception) when (exception is HttpRequestException or SocketException)
            {
                // It is down, or left its socket behind; the next one may answer.
            }
        }

        throw new NotRunningException("no backend answers; start the lab with ops/appliance up");
    }

    private static JsonNode? Send(string socket, HttpMethod method, string path, string? body)
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
                return new NetworkStream(connection, true);
            },
        };
        using var client = new HttpClient(handler) { Timeout = Timeout };
        using var request = new HttpRequestMessage(method, new Uri($"http://webmail{path}"));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = client.Send(request);
        var text = response.Content.ReadAsStringAsync().GetAwaiter().GetResult();
        var json = text.Length == 0 ? null : JsonNode.Parse(text);
        return response.IsSuccessStatusCode
            ? json
            : throw new FailedException((string?)json?["detail"] ?? $"the webmail answers {(int)response.StatusCode}");
    }
}
