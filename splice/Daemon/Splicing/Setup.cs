using System.Diagnostics;
using Splice.Daemon.Flows;
using Splice.Daemon.Routing;
using Splice.Daemon.Telemetry;
using Splice.Wire;

namespace Splice.Daemon.Splicing;

/// <summary>
/// Watches one connection on its way to being spliced: how long that takes, its spans, and, if it does not come to that, at which
/// step it ended. One step after the other.
/// </summary>
internal sealed class Setup : IDisposable
{
    private static readonly string[] Names = Enum.GetNames<SetupStep>().Select(Labels.Words).ToArray();
    private readonly FlowCounters _counters;
    private readonly Durations _durations;
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly SpanSteps _spans = SpanSteps.None;
    private SetupStep _step;
    private bool _done;

    /// <param name="counters">Takes what became of it.</param>
    /// <param name="durations">Takes how long it took.</param>
    /// <param name="client">As accepted.</param>
    public Setup(FlowCounters counters, Durations durations, ILegSocket client)
    {
        (_counters, _durations) = (counters, durations);
        if (SpliceTrace.Begin("setup", default, ActivityKind.Server) is { } root)
        {
            root.Client(client.Remote, client.Local);
            _spans = new SpanSteps(root);
        }
    }

    public void Enter(SetupStep step)
    {
        _step = step;
        _spans.Enter(Names[(int)step]);
    }

    public void Connect(Backend backend)
    {
        _step = SetupStep.Connect;
        _spans.Enter(Names[(int)SetupStep.Connect], ActivityKind.Client)?.Backend(backend.Name, backend.EndPoint);
    }

    public void Done(FlowRecord record)
    {
        _done = true;
        _counters.CountSpliced();
        _durations.Setup(Stopwatch.GetElapsedTime(_began));
        _spans.Root?.Flow(record.Id, record.Fence, record.LoggedOffset).Backend(record.Backend, record.BackendEnd.ToEndPoint());
    }

    public void Dispose()
    {
        if (!_done)
        {
            _counters.CountRefused(_step);
            _spans.Fail(Names[(int)_step], "not spliced");
        }

        _spans.Dispose();
    }
}
