using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using Splice.Daemon.Accept;
using Splice.Daemon.Configuration;
using Splice.Daemon.Flows;
using Splice.Daemon.Handover;
using Splice.Daemon.Routing;
using Splice.Daemon.Splicing;
using Splice.Daemon.Takeover;

namespace Splice.Daemon.Telemetry;

/// <summary>Connections, flows, handovers and backends, read when somebody asks.</summary>
internal sealed class FlowInstruments
{
    private static readonly KeyValuePair<string, object?>[] Steps = Labels.Of<SetupStep>("step");
    private static readonly KeyValuePair<string, object?>[] Reasons = Labels.Of<HandoverReason>("reason");
    private static readonly KeyValuePair<string, object?>[] Ends = Labels.Of<EndReason>("reason");
    private static readonly KeyValuePair<string, object?> Ok = new("result", "ok");
    private static readonly KeyValuePair<string, object?> Failed = new("result", "failed");
    private static readonly KeyValuePair<string, object?> In = new("direction", "in");
    private static readonly KeyValuePair<string, object?> Out = new("direction", "out");
    private readonly FlowCounters _counters;
    private readonly AnswerCounters _answers;
    private readonly Router _router;
    private readonly FlowCensus _census;
    private readonly ActiveState _active;
    private readonly SplicedConfig _config;

    public FlowInstruments(
        Meter meter, FlowCounters counters, AnswerCounters answers, Router router, FlowCensus census, ActiveState active, SplicedConfig config)
    {
        (_counters, _answers, _router, _census, _active, _config) = (counters, answers, router, census, active, config);
        meter.CreateObservableGauge("splice.build.info", Build, null, "1, with the version that runs.");
        meter.CreateObservableGauge("splice.active", Active, null, "1 if this proxy has the virtual address.");
        meter.CreateObservableUpDownCounter("splice.connecting", () => counters.Connecting, null, "Connections not spliced yet.");
        meter.CreateObservableCounter("splice.accepted", () => counters.Accepted, null, "Connections accepted.");
        meter.CreateObservableCounter("splice.spliced", () => counters.Spliced, null, "Connections spliced.");
        meter.CreateObservableCounter("splice.refused", Refused, null, "Connections that were not spliced, by the step at which they ended.");
        meter.CreateObservableCounter("splice.answers", Answers, null, "Answers given by spliced itself, by status.");
        meter.CreateObservableCounter("splice.takeovers", () => counters.Takeovers, null, "Times this proxy adopted a virtual address.");
        meter.CreateObservableCounter("splice.handovers", Handovers, null, "Flows that were to move to another backend, by result and reason.");
        meter.CreateObservableCounter("splice.ended", Ended, null, "Flows ended, by reason.");
        meter.CreateObservableUpDownCounter("splice.flows", Flows, null, "Flows in the map, by backend and state.");
        meter.CreateObservableGauge("splice.backend.healthy", Healthy, null, "1 if the backend is healthy.");
        meter.CreateObservableUpDownCounter(
            "splice.input.waiting", () => (long)census.Read().InputWaitingBytes, "By", "Client bytes that were tapped and are not in the flow store yet.");
        meter.CreateObservableCounter("splice.forwarded", Bytes, "By", "Payload forwarded by the kernel program: in to backends, out to clients.");
        meter.CreateObservableCounter("splice.forwarded.packets", Packets, null, "Packets forwarded by the kernel program.");
    }

    private static IEnumerable<Measurement<int>> Build() =>
        [new(1, new KeyValuePair<string, object?>("version", SplicedVersion.Text), new KeyValuePair<string, object?>("runtime", RuntimeInformation.FrameworkDescription))];

    private IEnumerable<Measurement<int>> Active() => _config.AddressPairs.Select(
        pair => new Measurement<int>(_active.IsActiveFor(pair) ? 1 : 0, new KeyValuePair<string, object?>("address", pair.Virtual.ToString())));

    private IEnumerable<Measurement<long>> Refused() => Steps.Select((label, i) => new Measurement<long>(_counters.RefusedAt((SetupStep)i), label));

    private IEnumerable<Measurement<long>> Answers() =>
        _answers.Read().Select(pair => new Measurement<long>(pair.Value, new KeyValuePair<string, object?>("status", pair.Key)));

    private IEnumerable<Measurement<long>> Handovers() => Reasons.SelectMany((label, i) => (Measurement<long>[])
    [
        new(_counters.HandoversFor((HandoverReason)i, true), Ok, label), new(_counters.HandoversFor((HandoverReason)i, false), Failed, label),
    ]);

    private IEnumerable<Measurement<long>> Ended() => Ends.Select((label, i) => new Measurement<long>(_counters.EndedBy((EndReason)i), label));

    private IEnumerable<Measurement<int>> Flows() => _census.Read().Flows.Select(pair => new Measurement<int>(
        pair.Value,
        new KeyValuePair<string, object?>("backend", pair.Key.Backend),
        new KeyValuePair<string, object?>("state", Labels.Words(pair.Key.State.ToString()))));

    private IEnumerable<Measurement<int>> Healthy() => _router.Backends.Select(
        backend => new Measurement<int>(backend.Healthy ? 1 : 0, new KeyValuePair<string, object?>("backend", backend.Name)));

    private IEnumerable<Measurement<long>> Bytes()
    {
        var traffic = _census.Read().Traffic;
        return [new(traffic.BytesIn, In), new(traffic.BytesOut, Out)];
    }

    private IEnumerable<Measurement<long>> Packets()
    {
        var traffic = _census.Read().Traffic;
        return [new(traffic.PacketsIn, In), new(traffic.PacketsOut, Out)];
    }
}
