using Splice.Store;
using Splice.Wire;
using StackExchange.Redis;

namespace Tests.Unit.Splice;

/// <summary>A connection to a store node that has nothing and answers every probe.</summary>
internal class IdleLink(string runId) : INodeLink
{
    public string RunId => runId;

    public bool IsBroken { get; set; }

    public long? SilentSince => null;

    public bool HasLostSince(long asked) => false;

    public virtual Task PingAsync() => Task.CompletedTask;

    public Task<RedisResult> RunAsync(string script, RedisKey[] keys, RedisValue[] values) => throw new NotSupportedException();

    public virtual IAsyncEnumerable<FlowId> ScanAsync(CancellationToken cancellationToken) => AsyncEnumerable.Empty<FlowId>();

    public void SendGathered()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
