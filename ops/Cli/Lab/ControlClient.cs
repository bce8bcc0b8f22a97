using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Appliance.Cli.Lab;

/// <summary>Asks spliced over its control socket. A dead or frozen one answers null, after a second at most.</summary>
public static class ControlClient
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    public static JsonNode? Get(string proxy, string path) => Send(proxy, HttpMethod.Get, path) is { } answer ? JsonNode.Parse(answer) : null;

    /// <summary>False if it did not do it.</summary>
    public static bool Post(string proxy, string path) => Send(proxy, HttpMethod.Post, path) is not null;

    /// <summary>Whether a proxy's status says that it has this virtual address.</summary>
    public static bool IsActive(JsonNode? status, string virtualAddress) =>
        status?["addressPairs"]?.AsArray().Any(pair => (string)pair!["virtualAddress"]! == virtualAddress && (bool)pair["active"]!) == true;

    /// <summary>The whole answer, if it says that all is well.</summary>
    private static byte[]? Send(string proxy, HttpMethod method, string path)
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
            using var response = client.Send(request);
            return response.IsSuccessStatusCode ? response.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult() : null;
        }
        // The last is what becomes of an answer that is half read when its time is over.
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or SocketException or ObjectDisposedException)
        {
            return null;
        }
    }
}
