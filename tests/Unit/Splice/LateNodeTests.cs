using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Splice.Store;
using Splice.Wire;
using StackExchange.Redis;

namespace Tests.Unit.Splice;

/// <summary>A store node that is late while the other one answers: who waits for it, and who does not.</summary>
public sealed class LateNodeTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromMilliseconds(1);
    private readonly HeldLink _near = new();
    private readonly HeldLink _far = new();
    private readonly FlowId _id = FlowId.NewRandom();
    private readonly FlowStore _store;

    public LateNodeTests()
    {
        StoreNode[] nodes = [new("here", new IPEndPoint(IPAddress.Loopback, 1)), new("there", new IPEndPoint(IPAddress.Loopback, 2))];
        var options = new StoreOptions
        {
            Nodes = nodes,
            ClusterKey = StorePair.ClusterKey,
            Machine = "here",
            NodeTimeout = NodeTimeout,
            // Nobody but those who write finds out.
            UnavailableTimeout = TimeSpan.FromHours(1),
            ProbeInterval = TimeSpan.FromHours(1),
        };
        _store = FlowStore.Connect(
            options, (node, _, _) => Task.FromResult<INodeLink>(node == nodes[0] ? _near : _far), TimeProvider.System, NullLogger<FlowStore>.Instance);
    }

    /// <summary>What is asked before both are connected is not sent yet.</summary>
    public ValueTask InitializeAsync() => new(_store.WaitUntilTriedAsync(None));

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Input_OnThisMachineOnly_IsNotLogged_UntilTheOtherHasIt()
    {
        _far.Holds = true;

        var logged = _store.AppendInputAsync(_id, 1, 0, "abc"u8.ToArray(), None);
        await Task.WhenAny(logged, Task.Delay(100 * NodeTimeout, None));

        Assert.False(logged.IsCompleted);
        _far.Answer();
        Assert.True(await logged);
    }

    [Fact]
    public async Task Input_OnThisMachineOnly_IsLogged_WhenTheOtherIsLost()
    {
        _far.Holds = true;

        var logged = _store.AppendInputAsync(_id, 1, 0, "abc"u8.ToArray(), None);
        _far.Break();

        Assert.True(await logged);
        Assert.False(_store.Nodes[1].Healthy);
    }

    [Fact]
    public async Task Input_OnTheOtherMachineOnly_IsLogged()
    {
        _near.Holds = true;

        Assert.True(await _store.AppendInputAsync(_id, 1, 0, "abc"u8.ToArray(), None));
    }

    /// <summary>What a dead node was asked until that is known fails all at once.</summary>
    [Fact]
    public async Task Node_LostWithVeryManyQuestions_CostsLittle()
    {
        const int Questions = 10_000;
        const long BytesMax = 1L << 30;
        _far.Holds = true;
        Task[] logged = [.. Enumerable.Range(0, Questions).Select(offset => _store.AppendInputAsync(_id, 1, (ulong)offset, new byte[1], None))];
        var before = GC.GetTotalAllocatedBytes();
        _far.Break();

        await Task.WhenAll(logged);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, BytesMax);
    }

    /// <summary>Answers ok at once, or when it is told to.</summary>
    private sealed class HeldLink : INodeLink
    {
        private readonly Queue<TaskCompletionSource<RedisResult>> _held = new();
        private long _answeredAt;

        public bool Holds { get; set; }

        public string RunId => "1";

        public bool IsBroken { get; private set; }

        public long AnsweredAt => Volatile.Read(ref _answeredAt);

        public void Answer()
        {
            Holds = false;
            foreach (var asked in _held)
            {
                Volatile.Write(ref _answeredAt, TimeProvider.System.GetTimestamp());
                asked.SetResult(RedisResult.Create((RedisValue)"ok"));
            }
        }

        public void Break()
        {
            IsBroken = true;
            var broken = new RedisConnectionException(ConnectionFailureType.SocketClosed, "broken");
            foreach (var asked in _held)
            {
                asked.SetException(broken);
            }
        }

        public Task<RedisResult> RunAsync(string script, RedisKey[] keys, RedisValue[] values)
        {
            var answer = new TaskCompletionSource<RedisResult>();
            _held.Enqueue(answer);
            if (!Holds)
            {
                _held.Clear();
                Volatile.Write(ref _answeredAt, TimeProvider.System.GetTimestamp());
                answer.SetResult(RedisResult.Create((RedisValue)"ok"));
            }

            return answer.Task;
        }

        public Task PingAsync() => Task.CompletedTask;

        public IAsyncEnumerable<FlowId> ScanAsync(CancellationToken cancellationToken) => AsyncEnumerable.Empty<FlowId>();

        public void SendGathered()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
