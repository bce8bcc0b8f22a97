using System.Net;
using System.Net.Sockets;
using Appliance.Cli.Clients;
using Appliance.Cli.Lab;

namespace Tests.Lab.Replay;

/// <summary>Makes a store node of the lab reachable from here: the back network has no address in the test's namespace.</summary>
internal sealed class StoreRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Machine _machine;
    private readonly IPEndPoint _node;

    public StoreRelay(Machine machine, IPEndPoint node)
    {
        (_machine, _node) = (machine, node);
        _listener.Start();
        _ = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = RelayAsync(await _listener.AcceptSocketAsync(_stop.Token), _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task RelayAsync(Socket near, CancellationToken stop)
    {
        using var far = LabSocket.Create(_machine);
        using (near)
        {
            try
            {
                await far.ConnectAsync(_node, stop);
                await Task.WhenAny(CopyAsync(near, far, stop), CopyAsync(far, near, stop));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // The node is away: who asked sees its connection end.
            }
        }
    }

    private static async Task CopyAsync(Socket from, Socket to, CancellationToken stop)
    {
        await using var source = new NetworkStream(from);
        await using var target = new NetworkStream(to);
        await source.CopyToAsync(target, stop);
    }
}
