using Microsoft.Extensions.Logging;

namespace Splice.Store;

/// <summary>Connects a node, watches it, and brings it back after it was away. One loop per node, owned by the store.</summary>
internal sealed class NodeKeeper(
    NodeConnection connection, OpenNodeLink open, StoreOptions options, TimeProvider time, NodeRefill refill, ILogger log,
    Action<ReadOnlyMemory<byte>> received, Action<StoreNode> reconnected)
{
    // An answer to a probe may take longer than one to a write: a false alarm here costs a reconnect.
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RefillPause = TimeSpan.FromMilliseconds(10);
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly NodeDebt _debt = new();
    private string? _runId;

    /// <summary>Completes when the first attempt to connect has ended, well or badly.</summary>
    public Task Tried => _tried.Task;

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await ConnectAsync(stop);
                if (!_tried.Task.IsCompleted)
                {
                    connection.Enter(NodeState.Live);
                    reconnected(connection.Node);
                }
                else
                {
                    await RefillAsync(stop);
                }

                _tried.TrySetResult();
                await WatchAsync(stop);
                await connection.DisconnectAsync();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _tried.TrySetResult();
            await connection.DisconnectAsync();
        }
    }

    private async Task ConnectAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await OpenAsync(stop);
                return;
            }
            catch (Exception e) when (ConnectionFailure.Is(e) && !stop.IsCancellationRequested)
            {
                if (_tried.TrySetResult())
                {
                    log.LogWarning(
                        "store node {Node} ({EndPoint}) does not answer; it is probed until it does",
                        connection.Node.Name, connection.Node.EndPoint);
                }

                await Task.Delay(options.ProbeInterval, time, stop);
            }
        }
    }

    private async Task OpenAsync(CancellationToken stop)
    {
        var link = await open(connection.Node, options.Watch ? received : null, stop);
        // Nothing is written before the first attempt has ended, so nothing is missed by a node that answers it.
        if (_tried.Task.IsCompleted && link.RunId != _runId && options.RefillEverything)
        {
            _debt.OweEverything();
        }

        _runId = link.RunId;
        // Before anybody asks it, who would take what it does not know for over.
        connection.LacksFlows = !_debt.IsPaid;
        connection.Connected(link);
    }

    /// <summary>The node counts again once it has what the others can give. If none of them is live it counts as it is: better
    /// than no store, and it is given the rest when one of them returns.</summary>
    private async Task RefillAsync(CancellationToken stop)
    {
        connection.Enter(NodeState.Refilling);
        await PayAsync(stop);
        while (!connection.TryFinishRefill())
        {
            if (connection.State != NodeState.Refilling)
            {
                return;
            }

            await Task.Delay(RefillPause, time, stop);
            await PayAsync(stop);
        }

        if (_debt.IsPaid)
        {
            log.LogInformation("store node {Node} is back and has everything again", connection.Node.Name);
        }
        else
        {
            log.LogWarning("store node {Node} is back, but no other node could give it what it lacks; that is tried again", connection.Node.Name);
        }

        reconnected(connection.Node);
    }

    private async Task PayAsync(CancellationToken stop)
    {
        _debt.Owe(connection.TakeMissed());
        if (!_debt.IsPaid && await refill.RunAsync(connection, _debt, stop))
        {
            _debt.Pay();
        }

        connection.LacksFlows = !_debt.IsPaid;
    }

    /// <summary>Returns when the connection is to be given up.</summary>
    private async Task WatchAsync(CancellationToken stop)
    {
        while (true)
        {
            await Task.WhenAny(connection.Suspected, Task.Delay(options.ProbeInterval, time, stop));
            stop.ThrowIfCancellationRequested();
            connection.HeardSuspicion();
            if (!await ProbeAsync())
            {
                return;
            }

            if (connection.State != NodeState.Live)
            {
                // It was only slow. What it missed or applied late is put right before it counts again.
                await RefillAsync(stop);
            }
            else if (!_debt.IsPaid)
            {
                await PayAsync(stop);
            }
        }
    }

    private async Task<bool> ProbeAsync()
    {
        if (connection.Link is not { IsBroken: false } link)
        {
            connection.Suspect("the connection is lost");
            return false;
        }

        var started = time.GetTimestamp();
        var answer = link.PingAsync();
        while (true)
        {
            try
            {
                // What follows may take long; the receiving thread has other answers to hand out.
                var wait = answer.WaitAsync(ProbeTimeout, time);
                await Elsewhere.AfterAsync(wait);
                await wait;
                connection.Measured(link, started);
                return true;
            }
            catch (TimeoutException) when (!connection.IsSilent(started, ProbeTimeout))
            {
                // It answers others: there is much before this in its line, or in ours.
            }
            catch (Exception e) when (ConnectionFailure.Is(e))
            {
                connection.Suspect($"no answer to a probe within {ProbeTimeout.TotalMilliseconds} ms");
                return false;
            }
        }
    }
}
