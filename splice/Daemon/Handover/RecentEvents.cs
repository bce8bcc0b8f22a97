using Splice.Wire;

namespace Splice.Daemon.Handover;

/// <summary>The last handovers and takeovers, for people. Locked by itself.</summary>
public sealed class RecentEvents(TimeProvider time)
{
    private const int EventsMax = 100;
    private readonly Lock _lock = new();
    private readonly Queue<RecentEvent> _events = [];

    public void Add(string kind, FlowId flow, string from, string to, HandoverReason reason, TimeSpan pause, bool ok) =>
        Add(new RecentEvent(time.GetUtcNow(), kind, flow.ToString(), from, to, reason.ToString().ToLowerInvariant(), pause.TotalMilliseconds, ok));

    public void AddTakeover(string to, TimeSpan duration) =>
        Add(new RecentEvent(time.GetUtcNow(), "takeover", "", "", to, "vip", duration.TotalMilliseconds, true));

    /// <summary>Newest first.</summary>
    public IReadOnlyList<RecentEvent> Read()
    {
        lock (_lock)
        {
            return _events.Reverse().ToList();
        }
    }

    private void Add(RecentEvent item)
    {
        lock (_lock)
        {
            _events.Enqueue(item);
            if (_events.Count > EventsMax)
            {
                _events.Dequeue();
            }
        }
    }
}

/// <summary>One handover or takeover; the pause is from its detection to the first packet that can flow.</summary>
public sealed record RecentEvent(
    DateTimeOffset At, string Kind, string Flow, string From, string To, string Reason, double PauseMilliseconds, bool Ok);
