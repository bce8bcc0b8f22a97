using Splice.Wire;
using StackExchange.Redis;

namespace Splice.Store;

/// <summary>A connection to a node, from its opening to its loss: one that broke is opened anew by the keeper, never mended.</summary>
internal interface INodeLink : IAsyncDisposable
{
    /// <summary>Names the server process: another one begins empty.</summary>
    string RunId { get; }

    bool IsBroken { get; }

    /// <summary>Since when the node owes an answer and has given none, as <see cref="TimeProvider.GetTimestamp"/>; null if it owes none.</summary>
    long? SilentSince { get; }

    /// <summary>The network lost something of what was asked at this time or later, so that an answer that took long says nothing of the node.</summary>
    bool HasLostSince(long asked);

    /// <summary>Sends before it returns, in the order of the calls.</summary>
    /// <exception cref="RedisException">From the task: an error of the server, or a lost connection.</exception>
    Task<RedisResult> RunAsync(string script, RedisKey[] keys, RedisValue[] values);

    /// <exception cref="RedisException">From the task: a lost connection.</exception>
    Task PingAsync();

    /// <summary>Every flow of which the node has anything; one that comes or goes meanwhile may be missed.</summary>
    /// <exception cref="RedisException">A lost connection.</exception>
    IAsyncEnumerable<FlowId> ScanAsync(CancellationToken cancellationToken);

    /// <summary>Sends what threads that gather have asked.</summary>
    void SendGathered();
}

/// <summary>Opens a connection to a node.</summary>
/// <param name="node">The node.</param>
/// <param name="changed">Receives what is published on the channel of changes; null if nobody wants to know.</param>
/// <param name="stop">Gives up.</param>
/// <exception cref="RedisException">From the task: the node does not answer.</exception>
internal delegate Task<INodeLink> OpenNodeLink(StoreNode node, Action<ReadOnlyMemory<byte>>? changed, CancellationToken stop);
