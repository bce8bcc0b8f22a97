using System.Net.Sockets;
using System.Text;
using Splice.Daemon.Configuration;
using Splice.Daemon.Routing;
using Splice.Wire;

namespace Splice.Daemon.Detection;

/// <summary>
/// Asks plain backends, which send no heartbeats, for an answer. A frozen process still has a kernel that accepts
/// connections, so only an HTTP answer counts.
/// </summary>
public sealed class PlainProber(SplicedConfig config, Router router, BackendWatch watch, TimeProvider time)
{
    private const int FailuresMax = 2;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(80);

    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(router.Backends.Where(backend => backend.Kind == BackendKind.Plain)
            .Select(backend => WatchAsync(backend, cancellationToken)));

    private async Task WatchAsync(Backend backend, CancellationToken cancellationToken)
    {
        var host = config.Pools.First(pool => pool.Name == backend.Pool).Hosts[0];
        var request = Encoding.ASCII.GetBytes($"HEAD / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: spliced\r\n\r\n");
        var buffer = new byte[4096];
        var failures = 0;
        Socket? socket = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(Timeout);
            try
            {
                socket ??= await ConnectAsync(backend, timeout.Token);
                await socket.SendAsync(request, SocketFlags.None, timeout.Token);
                if (await socket.ReceiveAsync(buffer, SocketFlags.None, timeout.Token) == 0)
                {
                    throw new SocketException((int)SocketError.ConnectionReset);
                }

                failures = 0;
                watch.Alive(backend, time.GetTimestamp());
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                socket?.Dispose();
                socket = null;
                if (++failures == FailuresMax && backend.Healthy)
                {
                    watch.Dead(backend, time.GetElapsedTime(backend.SeenAt));
                }
            }

            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        socket?.Dispose();
    }

    private static async Task<Socket> ConnectAsync(Backend backend, CancellationToken cancellationToken)
    {
        var socket = new Socket(backend.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(backend.EndPoint, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
