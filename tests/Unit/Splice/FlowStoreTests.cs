using System.Text;
using Splice.Store;
using Splice.Wire;

namespace Tests.Unit.Splice;

public sealed class FlowStoreTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly StorePair _pair = new();
    private readonly FlowId _id = FlowId.NewRandom();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _pair.DisposeAsync();

    [Fact]
    public async Task Commit_NewFlow_IsReadBackWithItsInput()
    {
        var store = _pair.Connect();

        Assert.True(await store.CommitAsync(StorePair.Record(_id, 1), 0, "GET /"u8.ToArray(), None));
        Assert.True(await store.AppendInputAsync(_id, 1, 5, " HTTP/1.1"u8.ToArray(), None));
        var flow = await store.ReadAsync(_id, None);

        Assert.Equal(StorePair.Record(_id, 1), flow!.Record);
        Assert.Equal(new RequestStart(1, 0, 0), flow.Request);
        Assert.Equal("GET / HTTP/1.1", Text(await store.ReadInputAsync(_id, 0, None)));
        Assert.Equal("HTTP/1.1", Text(await store.ReadInputAsync(_id, 6, None)));
    }

    [Fact]
    public async Task AppendInput_ThatBeginsARequest_EndsTheOneBefore()
    {
        var store = _pair.Connect();
        await store.CommitAsync(StorePair.Record(_id, 1), 0, "GET /a"u8.ToArray(), None);

        await store.AppendInputAsync(_id, 1, 6, "GET /b"u8.ToArray(), new RequestStart(2, 6, 300), None);

        Assert.Equal(new RequestStart(2, 6, 300), (await store.ReadAsync(_id, None))!.Request);
        Assert.Equal("GET /b", Text(await store.ReadInputAsync(_id, 6, None)));
        await Assert.ThrowsAsync<InputTrimmedException>(async () => await store.ReadInputAsync(_id, 0, None));
    }

    [Fact]
    public async Task Commit_AfterTheBackendBegan_KeepsWhatTheBackendWrote()
    {
        var store = _pair.Connect();
        await store.BeginRequestAsync(_id, 1, new(1, 0, 0), "build", 0, Entries("a", "b"), None);
        await store.BeginRequestAsync(_id, 1, new(2, 5, 90), "", 0, [], None);

        await store.CommitAsync(StorePair.Record(_id, 1), 0, "GET /more"u8.ToArray(), None);

        Assert.Equal(new RequestStart(2, 5, 90), (await store.ReadAsync(_id, None))!.Request);
        Assert.Equal("more", Text(await store.ReadInputAsync(_id, 5, None)));
        await Assert.ThrowsAsync<InputTrimmedException>(async () => await store.ReadInputAsync(_id, 4, None));
    }

    [Fact]
    public async Task EndInput_IsKnownAfterwards_AndFenced()
    {
        var store = _pair.Connect();
        await store.CommitAsync(StorePair.Record(_id, 1), 0, "GET /a"u8.ToArray(), None);
        Assert.Equal(new InputEnd(6, null), await store.ReadInputEndAsync(_id, None));

        await store.EndInputAsync(_id, 1, 6, None);

        Assert.Equal(new InputEnd(6, 6), await store.ReadInputEndAsync(_id, None));
        await Assert.ThrowsAsync<FenceException>(async () =>
        {
            await store.RaiseFenceAsync(_id, 2, None);
            await store.EndInputAsync(_id, 1, 6, None);
        });
    }

    [Fact]
    public async Task Build_OfARequestThatNobodyBegan_IsUnknown()
    {
        var store = _pair.Connect();
        await store.BeginRequestAsync(_id, 1, new(1, 0, 0), "build", 0, Entries("a"), None);
        Assert.Equal("build", (await store.ReadAsync(_id, None))!.Build);

        await store.BeginRequestAsync(_id, 1, new(2, 5, 90), "", 0, [], None);
        Assert.Null((await store.ReadAsync(_id, None))!.Build);

        await store.BeginRequestAsync(_id, 1, new(2, 5, 90), "build", 0, Entries("b"), None);
        Assert.Equal("build", (await store.ReadAsync(_id, None))!.Build);
    }

    [Fact]
    public async Task Journal_OfTheCurrentRequest_IsUnitedAndOpened()
    {
        var store = _pair.Connect();
        await store.BeginRequestAsync(_id, 1, new(1, 0, 0), "build", 0, Entries("a"), None);
        await store.AppendEntriesAsync(_id, 1, 1, 1, Entries("b", "c"), None);

        var journal = await store.ReadJournalAsync(_id, None);

        Assert.Equal(["a", "b", "c"], journal.Entries.Select(Text));
        Assert.True(journal.IsEverywhere);
        Assert.Equal("build", (await store.ReadAsync(_id, None))!.Build);
    }

    [Fact]
    public async Task Completion_BringsTheLastEntries()
    {
        var store = _pair.Connect();
        await store.BeginRequestAsync(_id, 1, new(1, 0, 0), "build", 0, Entries("a"), None);

        await store.CompleteAsync(_id, 1, 77, 1, 1, Entries("b", "c"), None);

        var journal = await store.ReadJournalAsync(_id, None);
        Assert.Equal(["a", "b", "c"], journal.Entries.Select(Text));
        Assert.True(journal.IsEverywhere);
        Assert.Equal(77ul, (await store.ReadAsync(_id, None))!.CompleteOffset);
    }

    [Fact]
    public async Task Completion_WithEntriesOfARequestThatANodeMissed_IsNotTakenByIt()
    {
        var (store, alone) = (_pair.Connect(), _pair.Connect(false, _pair.Nodes[0]));
        await store.BeginRequestAsync(_id, 1, new(1, 0, 0), "build", 0, Entries("a"), None);
        await alone.BeginRequestAsync(_id, 1, new(2, 5, 90), "build", 0, Entries("b"), None);
        var other = _pair.Connect(false, _pair.Nodes[1]);

        Assert.False(await other.CompleteAsync(_id, 1, 99, 2, 1, Entries("c"), None));

        Assert.Null((await other.ReadAsync(_id, None))!.CompleteOffset);
    }

    [Fact]
    public async Task Journal_OfWhichANodeLacksAnEntry_IsNotEverywhere()
    {
        var (store, alone) = (_pair.Connect(), _pair.Connect(false, _pair.Nodes[0]));
        await store.BeginRequestAsync(_id, 1, new(1, 0, 0), "build", 0, Entries("a"), None);
        await alone.AppendEntriesAsync(_id, 1, 1, 1, Entries("b"), None);

        var journal = await store.ReadJournalAsync(_id, None);
        Assert.Equal(["a", "b"], journal.Entries.Select(Text));
        Assert.False(journal.IsEverywhere);

        await store.AppendEntriesAsync(_id, 1, 1, 1, Entries("b"), None);
        Assert.True((await store.ReadJournalAsync(_id, None)).IsEverywhere);
    }

    [Fact]
    public async Task Journal_OfWhichANodeLacksTheRequest_IsNotEverywhere()
    {
        var (store, alone) = (_pair.Connect(), _pair.Connect(false, _pair.Nodes[0]));
        await store.BeginRequestAsync(_id, 1, new(1, 0, 0), "build", 0, Entries("a"), None);
        await alone.BeginRequestAsync(_id, 1, new(2, 5, 90), "build", 0, Entries("b"), None);

        var journal = await store.ReadJournalAsync(_id, None);

        Assert.Equal(["b"], journal.Entries.Select(Text));
        Assert.False(journal.IsEverywhere);
    }

    [Fact]
    public async Task Write_WithAnOlderFence_IsRefused()
    {
        var store = _pair.Connect();
        await store.CommitAsync(StorePair.Record(_id, 1), 0, default, None);
        await store.RaiseFenceAsync(_id, 2, None);

        await Assert.ThrowsAsync<FenceException>(async () => await store.AppendInputAsync(_id, 1, 0, new byte[1], None));
        await Assert.ThrowsAsync<FenceException>(async () => await store.BeginRequestAsync(_id, 1, new(2, 0, 0), "", 0, [], None));
        await Assert.ThrowsAsync<FenceException>(async () => await store.CommitAsync(StorePair.Record(_id, 1), 0, default, None));
        await Assert.ThrowsAsync<FenceException>(async () => await store.CompleteAsync(_id, 1, 0, 0, 0, [], None));
    }

    [Fact]
    public async Task RaiseFence_ReadsTheInputToo_UnlessItIsRefused()
    {
        var (one, other) = (_pair.Connect(), _pair.Connect());
        await one.CommitAsync(StorePair.Record(_id, 1), 0, "GET /a"u8.ToArray(), None);

        var piece = await one.RaiseFenceAsync(_id, 2, 4, None);

        Assert.Equal("/a", Encoding.UTF8.GetString(piece.Bytes.Span));
        Assert.True(piece.IsLast);
        await Assert.ThrowsAsync<FenceException>(async () => await other.RaiseFenceAsync(_id, 2, 0, None));
        await Assert.ThrowsAsync<FenceException>(async () => await other.AppendInputAsync(_id, 1, 6, new byte[1], None));
    }

    [Fact]
    public async Task RaiseFence_OfAFlowWhoseInputIsTrimmed_IsRaisedEvenSo()
    {
        var store = _pair.Connect();
        await store.CommitAsync(StorePair.Record(_id, 1), 0, "GET /a"u8.ToArray(), None);
        await store.BeginRequestAsync(_id, 1, new(2, 6, 90), "", 0, [], None);

        await Assert.ThrowsAsync<InputTrimmedException>(async () => await store.RaiseFenceAsync(_id, 2, 0, None));

        Assert.Equal(2UL, (await store.ReadAsync(_id, None))!.Fence);
    }

    [Fact]
    public async Task RaiseFence_ToOneThatAnotherHas_IsRefused()
    {
        var (one, other) = (_pair.Connect(), _pair.Connect());
        await one.CommitAsync(StorePair.Record(_id, 1), 0, default, None);

        await one.RaiseFenceAsync(_id, 2, None);

        await Assert.ThrowsAsync<FenceException>(async () => await other.RaiseFenceAsync(_id, 2, None));
        await one.RaiseFenceAsync(_id, 2, None);
        await other.RaiseFenceAsync(_id, 3, None);
        await Assert.ThrowsAsync<FenceException>(async () => await one.RaiseFenceAsync(_id, 3, None));
    }

    [Fact]
    public async Task RaiseFence_ToOneThatWasWrittenBefore_IsRefused()
    {
        var (one, other) = (_pair.Connect(), _pair.Connect());
        await one.RaiseFenceAsync(_id, 2, None);

        await one.BeginRequestAsync(_id, 3, new(1, 0, 0), "build", 0, [], None);

        await Assert.ThrowsAsync<FenceException>(async () => await other.RaiseFenceAsync(_id, 3, None));
    }

    [Fact]
    public async Task Remove_ThenALateWrite_DoesNotRaiseTheFlowFromTheDead()
    {
        var store = _pair.Connect();
        await store.CommitAsync(StorePair.Record(_id, 1), 0, default, None);

        await store.RemoveAsync(_id, 1, None);

        await Assert.ThrowsAsync<FenceException>(async () => await store.AppendInputAsync(_id, 9, 0, new byte[1], None));
        Assert.Null(await store.ReadAsync(_id, None));
    }

    [Fact]
    public async Task AppendInput_BeyondTheLimit_SaysSo()
    {
        var store = _pair.Connect();
        await store.CommitAsync(StorePair.Record(_id, 1), 0, new byte[1 << 20], None);

        await Assert.ThrowsAsync<InputLogFullException>(
            async () => await store.AppendInputAsync(_id, 1, 1 << 20, new byte[1], None));
    }

    [Fact]
    public async Task Changes_AreToldOnceEach()
    {
        var changes = new List<FlowChange>();
        var watcher = _pair.Connect(proxy: true);
        watcher.Changed += change => { lock (changes) { changes.Add(change); } };
        await watcher.WaitUntilTriedAsync(None);
        var store = _pair.Connect();

        await store.CommitAsync(StorePair.Record(_id, 1), 0, default, None);
        await store.CompleteAsync(_id, 1, 77, 0, 0, [], None);
        await store.CutAsync(_id, 1, "diverged", None);
        await store.RemoveAsync(_id, 1, None);

        await StorePair.UntilAsync(() => changes.Count >= 4, "four changes came");
        Assert.Equal(
            [
                new FlowChange.Committed(StorePair.Record(_id, 1)), new FlowChange.Completed(_id, 1, 77),
                new FlowChange.Cut(_id, 1, "diverged"), new FlowChange.Removed(_id),
            ],
            changes);
    }

    [Fact]
    public async Task Scan_FindsEveryFlowOnce()
    {
        var store = _pair.Connect();
        var ids = Enumerable.Range(0, 50).Select(_ => FlowId.NewRandom()).ToHashSet();
        foreach (var id in ids)
        {
            await store.CommitAsync(StorePair.Record(id, 1), 0, new byte[1], None);
        }

        var found = new List<FlowId>();
        await foreach (var record in store.ScanAsync(None))
        {
            found.Add(record.Id);
        }

        Assert.Equal(ids.Order(Comparer), found.Order(Comparer));
    }

    private static readonly Comparer<FlowId> Comparer = Comparer<FlowId>.Create((a, b) => a.Value.CompareTo(b.Value));

    private static List<ReadOnlyMemory<byte>> Entries(params string[] texts) =>
        [.. texts.Select(text => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(text)))];

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
