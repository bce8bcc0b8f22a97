using System.Net;
using System.Text.Json.Nodes;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;
using Microsoft.Extensions.Logging.Abstractions;
using Splice.Store;
using Splice.Wire;
using StackExchange.Redis;

namespace Tests.Lab.Replay;

/// <summary>
/// Two real webmail processes. The first answers every case; then mailboxes and sessions change; then tests replay what it
/// journaled on the second, which would answer differently if it asked anew.
/// </summary>
public sealed class ReplayStage : IAsyncLifetime
{
    private static readonly TimeSpan CompleteWithin = TimeSpan.FromSeconds(15);
    private const int AtOnceMax = 6;
    private readonly List<StoreRelay> _relays = [];
    private readonly SemaphoreSlim _atOnce = new(AtOnceMax);
    private BackendProcess _first = null!;
    private BackendProcess _second = null!;
    private FlowStore _store = null!;
    private ReplayMailbox? _mailbox;
    private ulong _fence = 1;
    private Dictionary<string, Task<Execution>> _executions = [];

    public async ValueTask InitializeAsync()
    {
        _first = BackendProcess.Start("backend2");
        _second = BackendProcess.Start("backend3");
        _store = ConnectStore();
        _mailbox = await ReplayMailbox.PrepareAsync(AskAsync, TestContext.Current.CancellationToken);
        _executions = ReplayCases.All.ToDictionary(one => one.Name, one => CaptureInTurnAsync(one, TestContext.Current.CancellationToken));
        // A case that cannot be captured fails its own tests.
        await ((Task)Task.WhenAll(_executions.Values)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _mailbox.ChangeAsync(TestContext.Current.CancellationToken);
    }

    internal Task<Execution> ExecutionAsync(string name) => _executions[name];

    /// <summary>What really lies in Bob's mailbox of the mail that was sent.</summary>
    internal IReadOnlyList<string> Delivered() => Maildir.Find(MailUsers.Bob, $"{_mailbox!.Run} {ReplayCase.Send}");

    /// <summary>What the second process answers from an offset on, with the journal that the first one left.</summary>
    internal async Task<byte[]> ReplayAsync(Execution execution, int ackedOffset, CancellationToken cancellationToken)
    {
        // The same flow, because ids follow from it: as if its first owner had died just now.
        var flow = execution.Flow;
        var fence = Interlocked.Increment(ref _fence);
        await ResetAsync(flow, fence);
        await _store.BeginRequestAsync(flow, fence, new RequestStart(1, 0, 0), execution.Build, 0, execution.Entries, cancellationToken);
        using var leg = await BackendLeg.HandOverAsync(_second, flow, fence, ackedOffset, cancellationToken);
        await leg.SendWholeAsync(execution.Request, cancellationToken);
        return await leg.ReadToEndAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_mailbox is not null)
        {
            await _mailbox.RemoveAsync(CancellationToken.None);
        }

        await _store.DisposeAsync();
        _atOnce.Dispose();
        _relays.ForEach(relay => relay.Dispose());
        _second.Dispose();
        _first.Dispose();
    }

    /// <summary>Leaves of the flow its fence only: what the owner before still writes is refused.</summary>
    private async Task ResetAsync(FlowId flow, ulong fence)
    {
        foreach (var relay in _relays)
        {
            await using var redis = await ConnectionMultiplexer.ConnectAsync(relay.EndPoint.ToString());
            var reset = redis.GetDatabase().CreateTransaction();
            _ = reset.KeyDeleteAsync(FlowKeys.All(flow));
            _ = reset.HashSetAsync(FlowKeys.Flow(flow), "fence", fence);
            await reset.ExecuteAsync();
        }
    }

    private FlowStore ConnectStore()
    {
        var machine = Topology.Find("backend2");
        var config = JsonNode.Parse(File.ReadAllText(LabPaths.Etc(machine.Name, "webmail.json")))!;
        var nodes = config["splice"]!["stores"]!.AsArray().Select(node =>
        {
            var relay = new StoreRelay(machine, IPEndPoint.Parse((string)node!["endpoint"]!));
            _relays.Add(relay);
            return new StoreNode((string)node["name"]!, relay.EndPoint);
        });
        var options = new StoreOptions
        {
            Nodes = [.. nodes],
            ClusterKey = File.ReadAllBytes(Secrets.ClusterKeyFile),
            Machine = "replay",
            NodeTimeout = TimeSpan.FromSeconds(1),
        };
        return FlowStore.Connect(options, TimeProvider.System, NullLogger<FlowStore>.Instance);
    }

    /// <summary>Releasing an answer costs a retransmission timeout, so several wait together; all at once would starve the machine.</summary>
    private async Task<Execution> CaptureInTurnAsync(ReplayCase one, CancellationToken cancellationToken)
    {
        await _atOnce.WaitAsync(cancellationToken);
        try
        {
            return await CaptureAsync(one, cancellationToken);
        }
        finally
        {
            _atOnce.Release();
        }
    }

    private async Task<Execution> CaptureAsync(ReplayCase one, CancellationToken cancellationToken)
    {
        var flow = FlowId.NewRandom();
        var request = one.Request(_mailbox!);
        using var leg = await BackendLeg.BeginAsync(_first, flow, cancellationToken);
        // The journal is dropped as soon as the client has acknowledged the answer, so the end of it waits.
        if (one.TakenBytes == 0)
        {
            leg.Hold();
        }

        await leg.SendWholeAsync(request, cancellationToken);
        var taken = await leg.ReadAsync(one.TakenBytes, cancellationToken);
        if (one.TakenBytes > 0)
        {
            leg.Hold();
        }

        var answerBytes = await CompleteOffsetAsync(flow, cancellationToken);
        var build = (await _store.ReadAsync(flow, cancellationToken))!.Build!;
        var journal = await _store.ReadJournalAsync(flow, cancellationToken);
        Assert.Equal(1UL, journal.Request.Number);
        leg.Release();
        byte[] answer = [.. taken, .. await leg.ReadToEndAsync(cancellationToken)];
        Assert.Equal(answerBytes, (ulong)answer.Length);
        var execution = new Execution(flow, request, build, journal.Entries, answer);
        Assert.Equal(answerBytes, execution.JournaledBytes);
        return execution;
    }

    private async Task<ulong> CompleteOffsetAsync(FlowId flow, CancellationToken cancellationToken)
    {
        ulong? complete = null;
        var deadline = DateTime.UtcNow + CompleteWithin;
        while ((complete = (await _store.ReadAsync(flow, cancellationToken))?.CompleteOffset) is null)
        {
            Assert.True(DateTime.UtcNow < deadline, $"flow {flow} was not declared complete; see {_first.LogFile} and {_second.LogFile}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), cancellationToken);
        }

        return complete.Value;
    }

    /// <summary>An ordinary answer of the first process.</summary>
    private async Task<Execution> AskAsync(byte[] request, CancellationToken cancellationToken)
    {
        var flow = FlowId.NewRandom();
        using var leg = await BackendLeg.BeginAsync(_first, flow, cancellationToken);
        await leg.SendWholeAsync(request, cancellationToken);
        return new Execution(flow, request, "", [], await leg.ReadToEndAsync(cancellationToken));
    }
}
