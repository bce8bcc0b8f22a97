using Splice.Daemon.Telemetry;

namespace Splice.Daemon.Handover;

/// <summary>The span of a handover, from its detection on: the wait for a turn belongs to the pause that the client sees.</summary>
internal static class HandoverTrace
{
    private static readonly string[] Reasons = Enum.GetNames<HandoverReason>().Select(Labels.Words).ToArray();

    public static SpanSteps Begin(HandoverRequest request, TimeSpan elapsed)
    {
        if (SpliceTrace.Begin("handover", elapsed) is not { } root)
        {
            return SpanSteps.None;
        }

        var record = request.Flow.Record;
        root.Client(record.Client, record.Virtual)
            .SetTag("splice.flow.id", record.Id.ToString())
            .SetTag("splice.handover.reason", Reasons[(int)request.Reason])
            .SetTag("splice.handover.from", record.Backend);
        return new SpanSteps(root);
    }
}
