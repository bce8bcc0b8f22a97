using Splice.Wire;

namespace Tests.Simulation.Backends;

/// <summary>The outside world on which effects act. It knows their ids, so that one which is repeated in doubt happens once.</summary>
internal sealed class Outbox
{
    private readonly HashSet<(FlowId Flow, ulong Request)> _sent = [];

    public void Send(FlowId flow, ulong request) => _sent.Add((flow, request));

    public int Count(FlowId flow) => _sent.Count(one => one.Flow == flow);
}
