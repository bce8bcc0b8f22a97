namespace Appliance.Bench;

/// <summary>How a figure spreads over the rounds.</summary>
internal sealed record Distribution(double Minimum, double Median, double Percentile90, double Maximum, int Rounds)
{
    public static Distribution Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0
            ? new Distribution(0, 0, 0, 0, 0)
            : new Distribution(sorted[0], At(sorted, 0.5), At(sorted, 0.9), sorted[^1], sorted.Count);
    }

    private static double At(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
}
