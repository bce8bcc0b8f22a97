namespace Webmail.Web.Sessions;

/// <summary>How many attempts may fail within <see cref="Window"/>.</summary>
/// <param name="Subject">What is guessed; each is counted on its own.</param>
/// <param name="PerPairMax">For one account from one network.</param>
/// <param name="PerAccountMax">For one account from all networks that it has no session from.</param>
/// <param name="PerNetworkMax">From one network for any account.</param>
internal sealed record AttemptLimits(string Subject, int PerPairMax, int PerAccountMax, int PerNetworkMax)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    public static AttemptLimits Password { get; } = new("password", 10, 50, 100);

    /// <summary>Three of a million codes are right at any time, so that this leaves a guesser who has the password one chance in hundred a day.</summary>
    public static AttemptLimits Code { get; } = new("code", 5, 20, 100);
}
