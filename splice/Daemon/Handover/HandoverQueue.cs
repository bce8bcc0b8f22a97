using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Splice.Daemon.Configuration;
using Splice.Daemon.Flows;

namespace Splice.Daemon.Handover;

/// <summary>Flows that want to move. A flow is in it at most once; a bounded number moves at a time.</summary>
public sealed class HandoverQueue(SplicedConfig config, TimeProvider time, ILogger<HandoverQueue> log)
{
    private readonly Channel<HandoverRequest> _requests = Channel.CreateUnbounded<HandoverRequest>();

    /// <summary>More wait than move at a time: a backend that had very many is gone.</summary>
    public bool IsCrowded => _requests.Reader.Count > config.Limits.HandoversMax;

    public void Request(Flow flow, HandoverReason reason)
    {
        if (flow.TryBeginHandover())
        {
            _requests.Writer.TryWrite(new HandoverRequest(flow, reason, time.GetTimestamp()));
        }
    }

    public Task RunAsync(Func<HandoverRequest, Task> handle, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, config.Limits.HandoversMax).Select(_ => MoveAsync(handle, cancellationToken)));

    private async Task MoveAsync(Func<HandoverRequest, Task> handle, CancellationToken cancellationToken)
    {
        while (true)
        {
            var request = await _requests.Reader.ReadAsync(cancellationToken);
            try
            {
                await handle(request);
            }
            catch (Exception exception)
            {
                // A bug, but the one flow's: the others must go on moving.
                log.LogError(exception, "flow {Flow} did not move", request.Flow.Id);
            }
            finally
            {
                request.Flow.EndHandover();
            }
        }
    }
}

/// <summary>A flow, why it should move, and since when (<see cref="TimeProvider.GetTimestamp"/>).</summary>
public sealed record HandoverRequest(Flow Flow, HandoverReason Reason, long Since);
