using System.Text;
using Splice.Store;
using Splice.Wire;

namespace Tests.Unit.Splice;

public sealed class ConnectionTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly StorePair _stores = new();
    private readonly List<FlowChange> _changes = [];
    private readonly FlowId _flow = FlowId.NewRandom();
    private FlowStore _store = null!;
    private BackendHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _store = _stores.Connect(proxy: true);
        _store.Changed += change => { lock (_changes) { _changes.Add(change); } };
        await _store.WaitUntilTriedAsync(None);
        _host = await BackendHost.StartAsync(_stores);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _stores.DisposeAsync();
    }

    [Fact]
    public async Task Preamble_OfAnotherCluster_IsRefused()
    {
        using var leg = await ProxySide.ConnectAsync(
            _host, _flow, PreambleMode.New, 1, new RequestStart(1, 0, 0), 0, clusterKey: new byte[32]);
        await leg.SendAsync(ProxySide.Request("/plain"));

        Assert.Empty(await leg.ReadToEndAsync());
    }

    [Fact]
    public async Task LaterRequest_ForAnotherHost_IsMisdirected()
    {
        using var leg = await ProxySide.BeginAsync(_host, _flow);
        await leg.SendAsync(ProxySide.Request("/plain", host: "TEST:8080"));
        await leg.ReadResponseAsync();

        await leg.SendAsync(ProxySide.Request("/plain", host: "files.lab"));
        var answer = Encoding.UTF8.GetString(await leg.ReadResponseAsync());

        Assert.StartsWith("HTTP/1.1 421 ", answer, StringComparison.Ordinal);
        await leg.SendAsync(ProxySide.Request("/plain"));
        Assert.Contains("200 OK", Encoding.UTF8.GetString(await leg.ReadResponseAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Close_ByTheApplication_IsDeclaredComplete()
    {
        using var leg = await ProxySide.BeginAsync(_host, _flow);
        await leg.SendAsync(ProxySide.Request("/close"));
        var answer = await leg.ReadToEndAsync();

        await StorePair.UntilAsync(() => Changes<FlowChange.Completed>().Length == 1, "completion was declared");
        Assert.Equal((ulong)answer.Length, Changes<FlowChange.Completed>()[0].OutputOffset);
        Assert.Empty(Changes<FlowChange.Cut>());
    }

    [Fact]
    public async Task ClientEnds_BetweenRequests_IsDeclaredComplete()
    {
        using var leg = await ProxySide.BeginAsync(_host, _flow);
        await leg.SendAsync(ProxySide.Request("/plain"));
        await leg.ReadResponseAsync();

        leg.EndSending();

        await StorePair.UntilAsync(() => Changes<FlowChange.Completed>().Length >= 1, "completion was declared");
        Assert.Empty(Changes<FlowChange.Cut>());
    }

    [Fact]
    public async Task MalformedRequest_GetsOurAnswerWithoutClock_AndTheSameAgain()
    {
        _host.Acknowledges = false;
        var request = "GET / HTTP/1.1\r\nno colon\r\n\r\n"u8.ToArray();
        using var leg = await ProxySide.BeginAsync(_host, _flow);
        await leg.SendAsync(request);
        var answer = await leg.ReadToEndAsync();
        await _store.RaiseFenceAsync(_flow, 2, None);
        using var next = await ProxySide.ConnectAsync(
            _host, _flow, PreambleMode.HandedOver, 2, new RequestStart(1, 0, 0), 9);
        await next.SendAsync(request);

        Assert.Equal(
            "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", Encoding.ASCII.GetString(answer));
        Assert.Equal(answer[9..], await next.ReadToEndAsync());
        await StorePair.UntilAsync(() => Changes<FlowChange.Completed>().Length >= 1, "completion was declared");
    }

    [Fact]
    public async Task Divergence_IsRefusedAndCut()
    {
        _host.Acknowledges = false;
        var request = ProxySide.Request("/diverges");
        using var leg = await ProxySide.BeginAsync(_host, _flow);
        await leg.SendAsync(request);
        var golden = await leg.ReadResponseAsync();
        await _store.RaiseFenceAsync(_flow, 2, None);

        using var next = await ProxySide.ConnectAsync(
            _host, _flow, PreambleMode.HandedOver, 2, new RequestStart(1, 0, 0), (ulong)golden.Length - 1);
        await next.SendAsync(request);

        Assert.Empty(await next.ReadToEndAsync());
        await StorePair.UntilAsync(() => Changes<FlowChange.Cut>().Length == 1, "the flow was cut");
        Assert.Contains("replay diverged at output offset", Changes<FlowChange.Cut>()[0].Reason, StringComparison.Ordinal);
        Assert.Empty(Changes<FlowChange.Completed>());
    }

    [Fact]
    public async Task OtherBuild_Refuses_WithoutCutting()
    {
        _host.Acknowledges = false;
        var request = ProxySide.Request("/small");
        using var leg = await ProxySide.BeginAsync(_host, _flow);
        await leg.SendAsync(request);
        await leg.ReadResponseAsync();
        await _store.RaiseFenceAsync(_flow, 2, None);
        await using var other = await BackendHost.StartAsync(_stores, build: "two");

        using var next = await ProxySide.ConnectAsync(
            other, _flow, PreambleMode.HandedOver, 2, new RequestStart(1, 0, 0), 0);
        await next.SendAsync(request);

        Assert.Empty(await next.ReadToEndAsync());
        Assert.Empty(Changes<FlowChange.Cut>());
    }

    [Fact]
    public async Task OldOwner_AfterAHandover_SendsNothing()
    {
        using var leg = await ProxySide.BeginAsync(_host, _flow);
        await leg.SendAsync(ProxySide.Request("/plain"));
        await leg.ReadResponseAsync();
        await _store.RaiseFenceAsync(_flow, 2, None);

        await leg.SendAsync(ProxySide.Request("/plain"));

        Assert.Empty(await leg.ReadToEndAsync());
        Assert.Empty(Changes<FlowChange.Cut>());
    }

    [Fact]
    public async Task LegIsReset_InTheMiddleOfARequest_LeavesNoAnswerInTheJournal()
    {
        var request = ProxySide.Request("/echo", "POST", "a body that arrives in two parts");
        using var leg = await ProxySide.BeginAsync(_host, _flow);
        await leg.SendAsync(request.AsMemory(0, request.Length - 5));
        await StorePair.UntilAsync(() => _host.Application.BodiesBegun == 1, "the application reads");
        leg.Reset();
        await StorePair.UntilAsync(() => _host.Backend.Flows == 0, "the flow is gone");

        Assert.DoesNotContain(await EntriesAsync(), entry => entry is JournalEntry.OutputHash);
    }

    [Fact]
    public async Task OldOwner_ThatOneStoreStillTakesForTheNew_LeavesNoAnswerInTheJournal()
    {
        using var leg = await ProxySide.BeginAsync(_host, _flow);
        await leg.SendAsync(ProxySide.Request("/plain"));
        var length = (ulong)(await leg.ReadResponseAsync()).Length;
        var one = _stores.Connect(false, _stores.Nodes[0]);
        await one.WaitUntilTriedAsync(None);
        await one.RaiseFenceAsync(_flow, 2, None);
        await leg.SendAsync(ProxySide.Request("/effect", "POST"));
        Assert.Empty(await leg.ReadToEndAsync());
        await StorePair.UntilAsync(() => _host.Backend.Flows == 0, "the flow is gone");

        Assert.DoesNotContain(await EntriesAsync(), entry => entry is JournalEntry.OutputHash hash && hash.OutputOffset > length);
    }

    [Fact]
    public async Task Pipelined_Requests_AreAnsweredInOrder()
    {
        using var leg = await ProxySide.BeginAsync(_host, _flow);
        byte[] two = [.. ProxySide.Request("/plain"), .. ProxySide.Request("/echo", "POST", "body"), .. ProxySide.Request("/close")];
        await leg.SendAsync(two);
        var answers = Encoding.ASCII.GetString(await leg.ReadToEndAsync());

        Assert.Equal(3, answers.Split("HTTP/1.1 200 OK").Length - 1);
        Assert.EndsWith("bye", answers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AckedByTheKernel_IdleFlow_HasNothingToReplay()
    {
        await using var host = await BackendHost.StartAsync(_stores, kernelAcks: true);
        using var leg = await ProxySide.BeginAsync(host, _flow);
        for (var i = 0; i < 3; i++)
        {
            await leg.SendAsync(ProxySide.Request("/plain"));
            Assert.NotEmpty(await leg.ReadResponseAsync());
        }

        FlowSnapshot? flow = null;
        for (var i = 0; i < 500 && flow?.Request.Number != 4; i++)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
            flow = await _store.ReadAsync(_flow, None);
        }

        Assert.Equal(4UL, flow!.Request.Number);
        Assert.Empty((await _store.ReadJournalAsync(_flow, None)).Entries);
    }

    [Fact]
    public async Task Shutdown_DoesNotDeclareIdleFlowsComplete()
    {
        using var leg = await ProxySide.BeginAsync(_host, _flow);
        await leg.SendAsync(ProxySide.Request("/plain"));
        await leg.ReadResponseAsync();

        await _host.StopAsync();

        Assert.Empty(await leg.ReadToEndAsync());
        Assert.Empty(Changes<FlowChange.Completed>());
        Assert.Empty(Changes<FlowChange.Cut>());
    }

    private async Task<IEnumerable<JournalEntry?>> EntriesAsync() =>
        (await _store.ReadJournalAsync(_flow, None)).Entries.Select(JournalEntryCodec.Decode);

    private T[] Changes<T>()
    {
        lock (_changes)
        {
            return [.. _changes.OfType<T>()];
        }
    }
}
