using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Splice.Store;
using Splice.Wire;

namespace Tests.Unit.Splice;

/// <summary>Two real store nodes, and stores connected to both.</summary>
public sealed class StorePair : IAsyncDisposable
{
    public static readonly byte[] ClusterKey = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private readonly List<FlowStore> _stores = [];

    public int InputBytesMax { get; init; } = 1 << 20;

    /// <summary>The product's is for users who wait. A test whose nodes live would take a slow machine for an outage.</summary>
    public TimeSpan UnavailableTimeout { get; init; } = TimeSpan.FromMinutes(1);

    public RedisServer First { get; } = new();

    public RedisServer Second { get; } = new();

    public IReadOnlyList<StoreNode> Nodes => [new("first", First.EndPoint), new("second", Second.EndPoint)];

    public FlowStore Connect(bool proxy = false, params ReadOnlySpan<StoreNode> nodes)
    {
        var options = new StoreOptions
        {
            Nodes = nodes.Length > 0 ? nodes.ToArray() : Nodes,
            ClusterKey = ClusterKey,
            Machine = "backend1",
            Watch = proxy,
            RefillEverything = proxy,
            NodeTimeout = TimeSpan.FromMilliseconds(200),
            UnavailableTimeout = UnavailableTimeout,
            InputBytesMax = InputBytesMax,
        };
        ILogger<FlowStore> log = NullLogger<FlowStore>.Instance;
        var store = FlowStore.Connect(options, TimeProvider.System, log);
        _stores.Add(store);
        return store;
    }

    public static FlowRecord Record(FlowId id, ulong fence) => new()
    {
        Id = id,
        Fence = fence,
        Proxy = "proxy1",
        Backend = "backend1",
        Kind = BackendKind.Hooks,
        Host = "mail.example.test",
        Client = FlowEnd.From(IPEndPoint.Parse("10.77.0.10:40000")),
        Virtual = FlowEnd.From(IPEndPoint.Parse("10.77.0.100:80")),
        Inner = FlowEnd.From(IPEndPoint.Parse("10.78.0.100:20000")),
        BackendEnd = FlowEnd.From(IPEndPoint.Parse("10.78.0.21:8080")),
        ClientSeq = 1,
        VirtualSeq = 2,
        InnerSeq = 3,
        BackendSeq = 4,
        BackendOutputStart = 5,
        LoggedOffset = 6,
        ClientShift = 7,
        VirtualShift = 8,
        InnerShift = 9,
        BackendShift = 10,
        ClientMss = 1460,
        Sack = true,
        AcceptedAt = 1_700_000_000_000,
    };

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromMinutes(1), $"waited in vain until {what}");
            await Task.Delay(5);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }

        First.Dispose();
        Second.Dispose();
    }
}
