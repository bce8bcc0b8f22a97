using System.Diagnostics;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Splice.Store;

/// <summary>Connects a node, watches it, and brings it back after it was away. One loop per node, owned by the store.</summary>
internal sealed class NodeKeeper(
    NodeConnection connection, StoreOptions options, TimeProvider time, NodeRefill refill, ILogger log,
    Action<ReadOnlyMemory<byte>> received, Action<StoreNode> reconnected)
{
    // An answer to a probe may take longer than one to a write: a false alarm here costs a reconnect.
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RefillPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromMilliseconds(500);
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly NodeDebt _debt = new();
    private string? _runId;

    /// <summary>Completes when the first attempt to connect has ended, well or badly.</summary>
    public Task Tried => _tried.Task;

    public async Task RunAsync(CancellationToken stop)
    {
        var first = true;
        try
        {
            while (true)
            {
                await ConnectAsync(stop);
                if (first && !_tried.Task.IsCompleted)
                {
                    // Nothing was written before, so nothing was missed.
                    _debt.Pay();
                    connection.Enter(NodeState.Live);
                    reconnected(connection.Node);
                }
                else
                {
                    await RefillAsync(stop);
                }

                first = false;
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
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(Configuration()).WaitAsync(stop);
        ScriptPipeline? pipeline = null;
        try
        {
            var runId = await RunIdAsync(multiplexer);
            pipeline = await ScriptPipeline.ConnectAsync(connection.Node, ConnectTimeout, stop);
            var changes = options.Watch ? await ChangeSubscription.OpenAsync(connection.Node, received, ConnectTimeout, stop) : null;
            connection.Connected(multiplexer, pipeline, changes);
            if (runId != _runId && options.RefillEverything)
            {
                _debt.OweEverything();
            }

            _runId = runId;
        }
        catch
        {
            pipeline?.Dispose();
            await multiplexer.DisposeAsync();
            throw;
        }
    }

    /// <summary>Names the server process (INFO server): another one begins empty.</summary>
    private static async Task<string> RunIdAsync(ConnectionMultiplexer multiplexer)
    {
        var server = await multiplexer.GetServers()[0].InfoAsync("server");
        return server.SelectMany(section => section).First(pair => pair.Key == "run_id").Value;
    }

    private ConfigurationOptions Configuration() => new()
    {
        EndPoints = { connection.Node.EndPoint },
        AbortOnConnectFail = true,
        ConnectRetry = 1,
        ConnectTimeout = (int)ConnectTimeout.TotalMilliseconds,
        AsyncTimeout = 5000,
        SyncTimeout = 5000,
        BacklogPolicy = BacklogPolicy.FailFast,
        TieBreaker = "",
        ConfigurationChannel = "",
        // Or it would keep a second connection for subscriptions, and mend it without a word about what it missed.
        CommandMap = CommandMap.Create(["SUBSCRIBE"], available: false),
        SetClientLibrary = false,
        // The library counts INFO among what only administrators do.
        AllowAdmin = true,
        SocketManager = SocketManager.ThreadPool,
        IncludeDetailInExceptions = false,
    };

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
            var suspected = connection.Suspected;
            await Task.WhenAny(suspected, Task.Delay(options.ProbeInterval, time, stop));
            stop.ThrowIfCancellationRequested();
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
        if (connection is not { Multiplexer.IsConnected: true, Pipeline: { IsBroken: false } pipeline } || connection.HasMissedChanges)
        {
            connection.Suspect("the connection is lost");
            return false;
        }

        try
        {
            var started = Stopwatch.GetTimestamp();
            // What follows may take long; the receiving thread has other answers to hand out.
            await pipeline.PingAsync().WaitAsync(ProbeTimeout, time).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            connection.Measured(Stopwatch.GetElapsedTime(started));
            return true;
        }
        catch (Exception e) when (ConnectionFailure.Is(e))
        {
            connection.Suspect($"no answer to a probe within {ProbeTimeout.TotalMilliseconds} ms");
            return false;
        }
    }
}
