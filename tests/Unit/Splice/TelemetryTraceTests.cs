using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Splice.Daemon.Configuration;
using Splice.Daemon.Flows;
using Splice.Daemon.Handover;
using Splice.Daemon.Routing;
using Splice.Daemon.Splicing;
using Splice.Daemon.Telemetry;
using Splice.Wire;

namespace Tests.Unit.Splice;

/// <summary>Spans of a set-up and of a handover: who belongs to whom, and what they say.</summary>
public sealed class TelemetryTraceTests : IDisposable
{
    private readonly SpanLog _spans = new(SpliceTrace.Name);
    private readonly Meter _meter = new("Tests");
    private readonly FlowCounters _counters = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Backend _backend = new(
        new BackendConfig("backend1", "webmail", IPEndPoint.Parse("10.78.0.21:8080")), BackendKind.Hooks,
        new Patience(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), TimeProvider.System));

    public TelemetryTraceTests() => _listener.Start();

    [Fact]
    public async Task Setup_ThatSucceeds_HasAChildPerStepAndSaysWhichFlowItBecame()
    {
        var record = StorePair.Record(FlowId.NewRandom(), 1);
        var (client, accepted, port) = await ConnectAsync();

        using (client)
        using (accepted)
        using (var setup = new Setup(_counters, new Durations(_meter), new LegSocket(accepted)))
        {
            setup.Enter(SetupStep.Head);
            setup.Connect(_backend);
            setup.Enter(SetupStep.Commit);
            setup.Done(record);
        }

        var root = _spans.Single("setup", "splice.flow.id", record.Id.ToString());
        var children = _spans.ChildrenOf(root);
        Assert.Equal(["head", "connect", "commit"], children.Select(child => child.OperationName));
        Assert.Equal((ActivityKind.Server, ActivityKind.Client), (root.Kind, children[1].Kind));
        Assert.Equal("127.0.0.1", root.GetTagItem("client.address"));
        Assert.Equal(port, root.GetTagItem("client.port"));
        Assert.Equal(((IPEndPoint)_listener.LocalEndpoint).Port, root.GetTagItem("server.port"));
        Assert.Equal(("backend1", 1L, 6L), (root.GetTagItem("splice.backend"), root.GetTagItem("splice.fence"), root.GetTagItem("splice.offset")));
        Assert.Equal("10.78.0.21", children[1].GetTagItem("network.peer.address"));
        Assert.Equal((1, 0), (_counters.Spliced, _counters.RefusedAt(SetupStep.Commit)));
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task Setup_ThatFails_IsCountedAtTheStepItCameTo()
    {
        var (client, accepted, port) = await ConnectAsync();
        using (client)
        using (accepted)
        using (var setup = new Setup(_counters, new Durations(_meter), new LegSocket(accepted)))
        {
            setup.Enter(SetupStep.Handshake);
            setup.Enter(SetupStep.Head);
        }

        var root = _spans.Single("setup", "client.port", port);
        Assert.Equal((ActivityStatusCode.Error, "head"), (root.Status, root.GetTagItem("error.type")));
        Assert.Equal((0, 1), (_counters.Spliced, _counters.RefusedAt(SetupStep.Head)));
    }

    [Fact]
    public void Handover_BeginsWhereItWasDetected()
    {
        var flow = new Flow(StorePair.Record(FlowId.NewRandom(), 1), 0, 1);
        var queued = TimeSpan.FromSeconds(3);

        using (var spans = HandoverTrace.Begin(new HandoverRequest(flow, HandoverReason.Silence, 0, 0), queued))
        {
            spans.Enter("read journal");
            spans.Enter("fence");
            spans.Fail("not continued", "no backend");
        }

        var root = _spans.Single("handover", "splice.flow.id", flow.Id.ToString());
        Assert.Equal(["read journal", "fence"], _spans.ChildrenOf(root).Select(child => child.OperationName));
        Assert.Equal(("silence", "backend1", "10.77.0.10"), (
            root.GetTagItem("splice.handover.reason"), root.GetTagItem("splice.handover.from"), root.GetTagItem("client.address")));
        Assert.True(root.Duration >= queued, $"{root.Duration}");
        Assert.Equal(ActivityStatusCode.Error, root.Status);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
        _spans.Dispose();
    }

    private async Task<(Socket Client, Socket Accepted, int ClientPort)> ConnectAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(_listener.LocalEndpoint);
        return (client, await _listener.AcceptSocketAsync(TestContext.Current.CancellationToken), ((IPEndPoint)client.LocalEndPoint!).Port);
    }
}
