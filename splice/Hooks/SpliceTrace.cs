using System.Diagnostics;

namespace Splice.Hooks;

/// <summary>The activity source Splice.Hooks: one span per request that is replayed after a handover. Without a listener, none.</summary>
internal static class SpliceTrace
{
    private static readonly ActivitySource Source = new("Splice.Hooks");

    /// <summary>From where the journal begins to where the answer, regenerated and then continued, is complete.</summary>
    public static Activity? BeginReplay(SpliceFlow flow) => Source.StartActivity("replay")?
        .SetTag("splice.flow.id", flow.Flow.ToString())
        .SetTag("splice.request", (long)flow.RequestNumber)
        .SetTag("splice.fence", (long)flow.Preamble.Fence)
        .SetTag("splice.offset", (long)flow.Preamble.AckedOffset);
}
