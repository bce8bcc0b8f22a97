using System.Diagnostics;
using Splice.Wire;

namespace Splice.Daemon.Telemetry;

/// <summary>
/// The activity source Splice.Daemon. Without a listener no span is made. Attributes are named by OpenTelemetry's conventions where
/// there are some; heads, cookies and keys are in none.
/// </summary>
internal static class SpliceTrace
{
    public const string Name = "Splice.Daemon";
    private static readonly ActivitySource Source = new(Name);

    /// <summary>A span of its own trace; null if nobody listens.</summary>
    /// <param name="name">What goes on.</param>
    /// <param name="elapsed">How long it has been going on already.</param>
    /// <param name="kind">Server if somebody outside waits for it.</param>
    public static Activity? Begin(string name, TimeSpan elapsed = default, ActivityKind kind = ActivityKind.Internal) =>
        Source.HasListeners() ? Source.StartActivity(kind, startTime: DateTimeOffset.UtcNow - elapsed, name: name) : null;

    public static Activity? Child(Activity parent, string name, ActivityKind kind) => Source.StartActivity(kind, parent.Context, name: name);

    public static Activity Client(this Activity span, FlowEnd client, FlowEnd @virtual) => span
        .SetTag("network.transport", "tcp")
        .SetTag("client.address", client.ToAddress().ToString())
        .SetTag("client.port", (int)client.Port)
        .SetTag("server.address", @virtual.ToAddress().ToString())
        .SetTag("server.port", (int)@virtual.Port);

    public static Activity Backend(this Activity span, string name, System.Net.IPEndPoint peer) => span
        .SetTag("splice.backend", name)
        .SetTag("network.peer.address", peer.Address.ToString())
        .SetTag("network.peer.port", peer.Port);

    public static Activity Flow(this Activity span, FlowId flow, ulong fence, ulong offset) => span
        .SetTag("splice.flow.id", flow.ToString())
        .SetTag("splice.fence", (long)fence)
        .SetTag("splice.offset", (long)offset);

    public static void Failed(this Activity span, string type, string why) =>
        span.SetTag("error.type", type).SetStatus(ActivityStatusCode.Error, why);
}
