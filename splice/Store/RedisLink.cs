using System.Runtime.CompilerServices;
using Splice.Wire;
using StackExchange.Redis;

namespace Splice.Store;

/// <summary>
/// The connections to a real server: one of our own for scripts, one of our own for changes, and a general client for what
/// is neither. They are lost together.
/// </summary>
internal sealed class RedisLink : INodeLink
{
    private const int ScanPageSize = 500;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromMilliseconds(500);
    private readonly ConnectionMultiplexer _multiplexer;
    private readonly ScriptPipeline _pipeline;
    private readonly ChangeSubscription? _changes;
    private readonly CancellationTokenSource _closing = new();

    private RedisLink(ConnectionMultiplexer multiplexer, ScriptPipeline pipeline, ChangeSubscription? changes, string runId) =>
        (_multiplexer, _pipeline, _changes, RunId) = (multiplexer, pipeline, changes, runId);

    public string RunId { get; }

    public bool IsBroken => !_multiplexer.IsConnected || _pipeline.IsBroken || _changes is { IsBroken: true };

    public long? SilentSince => _pipeline.SilentSince;

    public bool HasLostSince(long asked) => _pipeline.HasLostSince(asked);

    public static async Task<INodeLink> OpenAsync(StoreNode node, Action<ReadOnlyMemory<byte>>? changed, CancellationToken stop)
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(Configuration(node)).WaitAsync(stop);
        ScriptPipeline? pipeline = null;
        try
        {
            var runId = await RunIdAsync(multiplexer);
            pipeline = await ScriptPipeline.ConnectAsync(node, ConnectTimeout, stop);
            var changes = changed is null ? null : await ChangeSubscription.OpenAsync(node, changed, ConnectTimeout, stop);
            return new RedisLink(multiplexer, pipeline, changes, runId);
        }
        catch
        {
            pipeline?.Dispose();
            await multiplexer.DisposeAsync();
            throw;
        }
    }

    public Task<RedisResult> RunAsync(string script, RedisKey[] keys, RedisValue[] values) => _pipeline.RunAsync(script, keys, values);

    public Task PingAsync() => _pipeline.PingAsync();

    public async IAsyncEnumerable<FlowId> ScanAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        // Not disposed: the library leaves a scan for ever without an answer if its connection is closed, and so do we then.
        var keys = _multiplexer.GetServers()[0].KeysAsync(pattern: FlowKeys.ScanPattern, pageSize: ScanPageSize).GetAsyncEnumerator(giveUp.Token);
        while (true)
        {
            var next = keys.MoveNextAsync();
            if (!(next.IsCompleted ? await next : await next.AsTask().WaitAsync(giveUp.Token)))
            {
                break;
            }

            if (FlowKeys.TryParse(keys.Current, out var id))
            {
                yield return id;
            }
        }
    }

    public void SendGathered() => _pipeline.SendGathered();

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _closing.Dispose();
        _pipeline.Dispose();
        _changes?.Dispose();
        await _multiplexer.CloseAsync(allowCommandsToComplete: false);
        await _multiplexer.DisposeAsync();
    }

    /// <summary>INFO server.</summary>
    private static async Task<string> RunIdAsync(ConnectionMultiplexer multiplexer)
    {
        var server = await multiplexer.GetServers()[0].InfoAsync("server");
        return server.SelectMany(section => section).First(pair => pair.Key == "run_id").Value;
    }

    private static ConfigurationOptions Configuration(StoreNode node) => new()
    {
        EndPoints = { node.EndPoint },
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
}
