using Splice.Daemon.Accept;
using Splice.Daemon.Configuration;
using Splice.Daemon.Flows;
using Splice.Daemon.Handover;
using Splice.Daemon.Kernel;
using Splice.Daemon.Routing;
using Splice.Daemon.Takeover;
using Splice.Daemon.Telemetry;
using Splice.Daemon.Tls;
using Splice.Store;
using Splice.Wire.Abi;

namespace Splice.Daemon.Control;

/// <summary>Gathers what people and scripts are told. Reads only.</summary>
public sealed class StatusReader(
    SplicedConfig config,
    Router router,
    FlowDirectory directory,
    KernelFlows kernel,
    DropCounters drops,
    AnswerCounters answers,
    FlowCounters counters,
    RecentEvents recent,
    FlowStore store,
    ActiveState active,
    HandshakeCounters handshakes,
    TimeProvider time,
    CertificateStore? certificates = null)
{
    private readonly long _started = time.GetTimestamp();

    public StatusModel Status() => new(
        config.Name,
        active.IsActive,
        config.AddressPairs.Select(pair => new AddressPairModel(pair.Virtual.ToString(), pair.Inner.ToString(), active.IsActiveFor(pair))).ToList(),
        SplicedVersion.Text,
        time.GetElapsedTime(_started).TotalSeconds,
        new FlowsModel(directory.Count, counters.Connecting, directory.All.Count(flow => kernel[flow.Slot].State == SpliceState.Orphaned)),
        router.Backends.Select(Backend).ToList(),
        store.Nodes.Select(node => new StoreModel(node.Name, node.Healthy, node.LagMilliseconds)).ToList(),
        store.IsProtected,
        Drops(),
        answers.Read().Select(pair => new AnswerModel(pair.Key, pair.Value)).ToList(),
        new CountersModel(counters.Accepted, counters.Spliced, counters.Handovers, counters.HandoversFailed, counters.Takeovers, counters.Ended),
        certificates is null ? null : Tls(certificates),
        recent.Read());

    public IReadOnlyList<FlowModel> Flows()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return directory.All.Select(flow => Flow(flow, now)).OrderByDescending(row => row.AgeSeconds).ToList();
    }

    private BackendModel Backend(Backend backend) => new(
        backend.Name,
        backend.Pool,
        backend.Kind.ToString().ToLowerInvariant(),
        backend.Healthy,
        backend.Draining,
        backend.Flows,
        backend.Stores,
        backend.Ready,
        backend.Full,
        backend.SeenAt == 0 ? -1 : time.GetElapsedTime(backend.SeenAt).TotalMilliseconds,
        backend.Build);

    private FlowModel Flow(Flow flow, long now)
    {
        var record = flow.Record;
        ref var slot = ref kernel[flow.Slot];
        return new FlowModel(
            flow.Id.ToString(),
            record.Client.ToString(),
            record.Virtual.ToAddress().ToString(),
            record.Backend,
            record.Proxy,
            slot.State.ToString().ToLowerInvariant(),
            record.Kind.ToString().ToLowerInvariant(),
            !record.SealedTls.IsEmpty,
            (now - record.AcceptedAt) / 1000.0,
            slot.BytesIn,
            slot.BytesOut);
    }

    private TlsModel Tls(CertificateStore store)
    {
        var now = time.GetUtcNow();
        return new TlsModel(
            handshakes.Running,
            handshakes.Ok,
            Enum.GetValues<HandshakeFailure>().Select(failure => new HandshakeFailureModel(Labels.Words(failure.ToString()), handshakes.Failed(failure))).ToList(),
            store.All.Select(item => new CertificateModel(
                item.File, item.Certificate.Names, item.Certificate.NotAfter, Math.Round((item.Certificate.NotAfter - now).TotalDays, 1))).ToList());
    }

    private List<DropModel> Drops()
    {
        var packets = drops.Read();
        return Enum.GetValues<SpliceDrop>().Select(drop => new DropModel((int)drop, Labels.Words(drop.ToString()), packets[(int)drop])).ToList();
    }
}
