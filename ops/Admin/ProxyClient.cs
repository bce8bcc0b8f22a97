using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Appliance.Admin;

/// <summary>Asks one spliced over its control socket; one that is dead or frozen does not hold up the page.</summary>
internal sealed class ProxyClient : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);
    private readonly HttpClient _http;
    private readonly string _name;

    public ProxyClient(string socketPath)
    {
        _name = Path.GetFileName(Path.GetDirectoryName(socketPath)) ?? socketPath;
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
                return new NetworkStream(socket, true);
            },
        })
        { BaseAddress = new Uri("http://spliced/"), Timeout = Timeout };
    }

    /// <summary>Status with the proxy's flows, or only its name and <c>answering: false</c>.</summary>
    public async Task<JsonObject> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var status = (await _http.GetFromJsonAsync<JsonObject>("status", cancellationToken))!;
            status["flowRows"] = await _http.GetFromJsonAsync<JsonArray>("flows", cancellationToken);
            status["answering"] = true;
            return status;
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new JsonObject { ["name"] = _name, ["answering"] = false };
        }
    }

    public async Task<bool> SetDrainingAsync(string backend, bool draining, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.PostAsync(
                $"backends/{Uri.EscapeDataString(backend)}/{(draining ? "drain" : "undrain")}", null, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException or TaskCanceledException)
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();
}
