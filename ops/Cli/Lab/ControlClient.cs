using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Appliance.Cli.Lab;

/// <summary>Asks spliced over its control socket. A dead or frozen one answers null, after a second at most.</summary>
public static class ControlClient
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    public static JsonNode? Get(string proxy, string path)
    {
        using var response = Send(proxy, HttpMethod.Get, path);
        return response is { IsSuccessStatusCode: true } ? JsonNode.Parse(response.Content.ReadAsStream()) : null;
    }

    /// <summary>False if it did not do it.</summary>
    public static bool Post(string proxy, string path)
    {
        using var response = Send(proxy, HttpMethod.Post, path);
        return response is { IsSuccessStatusCode: true };
    }

    /// <summary>Whether a proxy's status says that it has this virtual address.</summary>
    public static bool IsActive(JsonNode? status, string virtualAddress) =>
        status?["addressPairs"]?.AsArray().Any(pair => (string)pair!["virtualAddress"]! == virtualAddress && (bool)pair["active"]!) == true;

    private static HttpResponseMessage? Send(string proxy, HttpMethod method, string path)
    {
        var socket = LabPaths.ControlSocket(proxy);
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
        try
        {
            using var request = new HttpRequestMessage(method, new Uri($"http://{proxy}{path}"));
            // The whole answer is read before the connection is closed.
            return client.Send(request);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or SocketException)
        {
            return null;
        }
    }
}
