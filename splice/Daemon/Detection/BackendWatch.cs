using Microsoft.Extensions.Logging;
using Splice.Daemon.Handover;
using Splice.Daemon.Routing;
using Splice.Daemon.Telemetry;
using Splice.Wire;

namespace Splice.Daemon.Detection;

/// <summary>
/// Knows which backends live, from heartbeats (hooks) and probes (plain). A false alarm costs handovers, never
/// correctness: the fence keeps a backend that was only slow from doing harm.
/// </summary>
public sealed class BackendWatch(Router router, BackendEvacuation evacuation, Durations durations, TimeProvider time, ILogger<BackendWatch> log)
{
    /// <summary>Heartbeats that follow each other sooner were not sent so, but held back on their way.</summary>
    private static readonly TimeSpan HeldBack = TimeSpan.FromMilliseconds(5);

    /// <summary>So long each heartbeat of one that is heard of again tells it so: one datagram may get lost.</summary>
    private static readonly TimeSpan ToldFor = TimeSpan.FromMilliseconds(200);

    /// <returns>True if the backend is to be told that it was taken for dead until now.</returns>
    public bool Beat(Heartbeat heartbeat, long now)
    {
        if (router.Find(heartbeat.Backend) is not { } backend
            || (heartbeat.Incarnation == backend.Incarnation && heartbeat.Sequence <= backend.Sequence))
        {
            return false;
        }

        if (heartbeat.Incarnation == backend.Incarnation)
        {
            Learn(backend, time.GetElapsedTime(backend.SeenAt, now), heartbeat.Sequence - backend.Sequence);
        }
        else if (backend.Incarnation != 0)
        {
            log.LogWarning("backend {Backend} has restarted", backend.Name);
            evacuation.Evacuate(backend, HandoverReason.Rst);
        }

        (backend.Incarnation, backend.Sequence, backend.Build) = (heartbeat.Incarnation, heartbeat.Sequence, heartbeat.Build);
        backend.Stores = heartbeat.Stores;
        if (backend.Ready != heartbeat.Ready)
        {
            (backend.Ready, backend.ReadyChangedAt) = (heartbeat.Ready, now);
            log.LogWarning("backend {Backend} {Readiness}", backend.Name, backend.Ready ? "is ready again" : "does not reach what its answers need");
        }

        if (backend.Full != heartbeat.Full)
        {
            backend.Full = heartbeat.Full;
            log.LogWarning("backend {Backend} {Room}", backend.Name, backend.Full ? "takes no more connections; its own log says why" : "takes connections again");
        }

        Alive(backend, now);
        return time.GetElapsedTime(backend.HealthySince, now) < ToldFor;
    }

    public void Alive(Backend backend, long now)
    {
        backend.SeenAt = now;
        if (!backend.Healthy)
        {
            backend.HealthySince = now;
            backend.Healthy = true;
            log.LogInformation("backend {Backend} is healthy", backend.Name);
        }
    }

    /// <summary>Declares silent backends with hooks dead: those silent for longer than is to be expected of them.</summary>
    /// <param name="now">Timestamp of the judgement.</param>
    /// <param name="late">By how much the judge itself was late: forgiven to everybody.</param>
    /// <param name="least">What everybody is given at least.</param>
    public void Judge(long now, TimeSpan late, TimeSpan least)
    {
        foreach (var backend in router.Backends)
        {
            if (backend.Kind != BackendKind.Hooks || !backend.Healthy)
            {
                continue;
            }

            backend.SeenAt += (long)(late.TotalSeconds * time.TimestampFrequency);
            var silence = time.GetElapsedTime(backend.SeenAt, now);
            if (silence > least && silence > backend.Patience.Current)
            {
                Dead(backend, silence);
            }
        }
    }

    public void Dead(Backend backend, TimeSpan silence)
    {
        backend.Healthy = false;
        log.LogWarning("backend {Backend} has been silent for {Silence:0} ms: its flows move", backend.Name, silence.TotalMilliseconds);
        durations.Detection(HandoverReason.Silence, silence);
        evacuation.Evacuate(backend, HandoverReason.Silence);
    }

    /// <summary>
    /// Learns from the silence that a heartbeat has ended. That of a backend that was dead counts only together with what comes right
    /// behind: a network that was cut may have kept what was said meanwhile, and its oldest comes first.
    /// </summary>
    private static void Learn(Backend backend, TimeSpan silence, ulong said)
    {
        if (!backend.Healthy)
        {
            backend.Absence = (silence, said);
            return;
        }

        if (backend.Absence is var (absence, saidMeanwhile))
        {
            if (silence < HeldBack * said)
            {
                backend.Absence = (absence + silence, saidMeanwhile + said);
                return;
            }

            backend.Patience.Heard(absence, saidMeanwhile);
            backend.Absence = null;
        }

        backend.Patience.Heard(silence, said);
    }
}
