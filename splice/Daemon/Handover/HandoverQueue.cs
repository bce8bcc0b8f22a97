using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Splice.Daemon.Configuration;
using Splice.Daemon.Flows;

namespace Splice.Daemon.Handover;

/// <summary>Flows that want to move. A flow is in it at most once; a bounded number moves at a time.</summary>
public sealed class HandoverQueue(SplicedConfig config, TimeProvider time, ILogger<HandoverQueue> log)
{
    // They have moved, and are now given again what their clients had not taken.
    private static readonly TimeSpan CrowdSettles = TimeSpan.FromSeconds(5);
    private readonly Channel<HandoverRequest> _requests = Channel.CreateUnbounded<HandoverRequest>();
    private long _crowdedAt;

    /// <summary>More wait than move at a time, or did a moment ago: a backend that had very many is gone. By one thread.</summary>
    public bool IsCrowded
    {
        get
        {
            if (_requests.Reader.Count > config.Limits.HandoversMax)
            {
                _crowdedAt = time.GetTimestamp();
            }

            return _crowdedAt != 0 && time.GetElapsedTime(_crowdedAt) < CrowdSettles;
        }
    }

    /// <param name="flow">Moves once, however often it is asked to.</param>
    /// <param name="reason">Why.</param>
    /// <param name="incarnation">With <see cref="HandoverReason.Silence"/>, the process that is silent: should it be back when the flow's
    /// turn comes, the flow stays.</param>
    public void Request(Flow flow, HandoverReason reason, ulong incarnation = 0)
    {
        // A backend that falls silent again is no other reason.
        if ((reason is not HandoverReason.Silence || !flow.HandsOver) && flow.TryBeginHandover())
        {
            _requests.Writer.TryWrite(new HandoverRequest(flow, reason, time.GetTimestamp(), incarnation));
        }
    }

    /// <param name="handle">Moves a flow.</param>
    /// <param name="isMoot">Tells if there is no reason any more.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task RunAsync(Func<HandoverRequest, Task> handle, Func<HandoverRequest, bool> isMoot, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, config.Limits.HandoversMax).Select(_ => MoveAsync(handle, isMoot, cancellationToken)));

    private async Task MoveAsync(Func<HandoverRequest, Task> handle, Func<HandoverRequest, bool> isMoot, CancellationToken cancellationToken)
    {
        while (true)
        {
            var request = await _requests.Reader.ReadAsync(cancellationToken);
            if (isMoot(request) && request.Flow.TryDismissHandover())
            {
                continue;
            }

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

/// <summary>A flow, why it should move, since when (<see cref="TimeProvider.GetTimestamp"/>), and away from which process of its
/// backend; 0 if that does not matter.</summary>
public sealed record HandoverRequest(Flow Flow, HandoverReason Reason, long Since, ulong Incarnation);
