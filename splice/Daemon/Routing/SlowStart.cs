namespace Splice.Daemon.Routing;

/// <summary>
/// Eases a backend back in: its code is not compiled and its caches are empty. Backends that came at about the same time,
/// as when all have just been started, are not held back for each other.
/// </summary>
internal sealed class SlowStart(TimeSpan duration, TimeProvider time)
{
    /// <summary>How far each has come, between 0 (just back) and 1, beside the one that has come furthest.</summary>
    public IReadOnlyDictionary<Backend, double> WarmthOf(IReadOnlyCollection<Backend> backends)
    {
        var ages = backends.ToDictionary(backend => backend, backend => time.GetElapsedTime(backend.HealthySince) / duration);
        var oldest = ages.Values.DefaultIfEmpty().Max();
        var full = Math.Min(1, oldest);
        return ages.ToDictionary(pair => pair.Key, pair => full > 0 ? Math.Min(1, pair.Value / full) : 1);
    }

    /// <summary>The flows a backend counts as having: a cold one counts what the others have on top of its own, so that it gets
    /// its share of new flows but not all of them.</summary>
    public static double LoadOf(Backend backend, IReadOnlyCollection<Backend> all, double warmth) =>
        backend.Load + (1 - warmth) * all.Where(other => other != backend).Select(other => other.Load).DefaultIfEmpty().Average();

    /// <summary>Whether a session is among the part that a backend takes already. As it warms, sessions only join.</summary>
    /// <param name="warmth">Of the backend.</param>
    /// <param name="weight">Of backend and session: evenly spread, and always the same for both.</param>
    public static bool Admits(double warmth, ulong weight) => warmth >= 1 || Spread(weight) < warmth;

    /// <summary>Not the weight itself: the backend that a session prefers is the one for which that is high.</summary>
    private static double Spread(ulong weight) => weight * 0x9E3779B97F4A7C15 / (double)ulong.MaxValue;
}
