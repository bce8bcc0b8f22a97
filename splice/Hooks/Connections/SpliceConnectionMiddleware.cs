using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Splice.Wire;

namespace Splice.Hooks;

/// <summary>Takes connections from the splice: reads the preamble, finds the journal, declares completion.</summary>
internal sealed class SpliceConnectionMiddleware(
    ConnectionDelegate next,
    SpliceOptions options,
    SpliceBackend backend,
    ILogger<SpliceConnectionMiddleware> log)
{
    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        if (await ReadPreambleAsync(connection) is not { } preamble)
        {
            backend.Metrics.PreambleRefused();
            log.LogWarning(
                "connection {Connection} from {Peer} has no valid preamble and is refused; only proxies with the cluster key may connect",
                connection.ConnectionId, connection.RemoteEndPoint);
            connection.Abort(new ConnectionAbortedException("no valid preamble"));
            return;
        }

        if (await backend.TakeAsync(connection, preamble) is not { } flow)
        {
            connection.Abort(new ConnectionAbortedException("the flow was refused"));
            return;
        }

        connection.Features.Set<ISpliceFlowFeature>(flow);
        connection.Features.Set(flow);
        try
        {
            await next(new SpliceConnectionContext(connection, flow));
            await backend.CompleteAsync(flow);
        }
        finally
        {
            connection.Features.Set<SpliceFlow>(null);
            connection.Features.Set<ISpliceFlowFeature>(null);
            flow.Dispose();
            backend.Left(flow);
        }
    }

    private async ValueTask<Preamble?> ReadPreambleAsync(ConnectionContext connection)
    {
        using var timeout = new CancellationTokenSource(options.PreambleTimeout);
        try
        {
            return await PreambleReader.ReadAsync(connection.Transport.Input, options.ClusterKey, timeout.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return null;
        }
    }
}
