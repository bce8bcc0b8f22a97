using System.Collections.Concurrent;
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

    /// <summary>Longer than a timer is late: a process that wakes after twice that takes itself for the late one.</summary>
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromMilliseconds(20);
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
            options, (node, _, _) => (node == nodes[0] ? _near : _far).OpenAsync(), TimeProvider.System, NullLogger<FlowStore>.Instance);
    }

    /// <summary>What is asked before both are connected is not sent yet.</summary>
    public ValueTask InitializeAsync() => new(_store.WaitUntilTriedAsync(None));

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Input_OnThisMachineOnly_IsNotLogged_UntilTheOtherHasIt()
    {
        _far.Holds = true;

        var logged = _store.AppendInputAsync(_id, 1, 0, "abc"u8.ToArray(), None);
        await Task.WhenAny(logged, Task.Delay(5 * NodeTimeout, None));

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
    public async Task Input_OnThisMachineOnly_IsLogged_WhenSomebodyElseHasSkippedTheOther()
    {
        _far.Holds = true;

        var logged = _store.AppendInputAsync(_id, 1, 0, "abc"u8.ToArray(), None);
        Assert.True(await _store.RaiseFenceAsync(_id, 1, None));

        Assert.True(await logged);
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

    /// <summary>Answers ok at once, or when it is told to. Once lost it stays so.</summary>
    private sealed class HeldLink : INodeLink
    {
        private readonly RedisConnectionException _lost = new(ConnectionFailureType.SocketClosed, "lost");
        private readonly ConcurrentQueue<(TaskCompletionSource<RedisResult> Answer, long At)> _held = new();

        public bool Holds { get; set; }

        public string RunId => "1";

        public bool IsBroken { get; private set; }

        public long? SilentSince => _held.TryPeek(out var oldest) ? oldest.At : null;

        public bool HasLostSince(long asked) => false;

        public void Answer()
        {
            Holds = false;
            while (_held.TryDequeue(out var asked))
            {
                asked.Answer.SetResult(RedisResult.Create((RedisValue)"ok"));
            }
        }

        public Task<INodeLink> OpenAsync() => IsBroken ? Task.FromException<INodeLink>(_lost) : Task.FromResult<INodeLink>(this);

        public void Break()
        {
            IsBroken = true;
            while (_held.TryDequeue(out var asked))
            {
                asked.Answer.SetException(_lost);
            }
        }

        public Task<RedisResult> RunAsync(string script, RedisKey[] keys, RedisValue[] values)
        {
            if (IsBroken)
            {
                return Task.FromException<RedisResult>(_lost);
            }

            var answer = new TaskCompletionSource<RedisResult>();
            _held.Enqueue((answer, TimeProvider.System.GetTimestamp()));
            if (!Holds)
            {
                Answer();
            }

            return answer.Task;
        }

        public Task PingAsync() => RunAsync("", [], []);

        public IAsyncEnumerable<FlowId> ScanAsync(CancellationToken cancellationToken) => AsyncEnumerable.Empty<FlowId>();

        public void SendGathered()
        {
        }

        public ValueTask DisposeAsync()
        {
            Break();
            return ValueTask.CompletedTask;
        }
    }
}
