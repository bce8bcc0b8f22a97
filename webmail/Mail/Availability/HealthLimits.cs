namespace Webmail.Mail.Availability;

/// <summary>The bounds of what is waited for until a server is said to be away.</summary>
/// <param name="Patience">A question that takes longer makes the server doubtful: a probe looks whether it answers at all.</param>
/// <param name="ProbeTimeout">For one probe, connecting and signing in included. Longer than a machine starved of its processor needs.</param>
public sealed record HealthLimits(TimeSpan Patience, TimeSpan ProbeTimeout)
{
    /// <summary>How often a server that is away is looked for.</summary>
    public TimeSpan ProbeEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Nobody looks for a server that nobody has asked for so long; the next question finds out anew.</summary>
    public TimeSpan ForgottenAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A question that took long is remembered for so long, unless one is answered fast before.</summary>
    public TimeSpan SlowFor { get; init; } = TimeSpan.FromMinutes(1);
}
