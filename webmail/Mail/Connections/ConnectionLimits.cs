namespace Webmail.Mail.Connections;

/// <summary>The bounds of a pool.</summary>
/// <param name="PerAccountMax">Connections per account and process; a question beyond waits for its turn.</param>
/// <param name="IdleTimeout">A connection nobody has used for so long is ended.</param>
/// <param name="QuestionTimeout">For one question with all its round trips, connecting included.</param>
internal sealed record ConnectionLimits(int PerAccountMax, TimeSpan IdleTimeout, TimeSpan QuestionTimeout)
{
    /// <summary>A connection older than this is not kept: whoever goes on with a password that was changed meanwhile is noticed.</summary>
    public TimeSpan AgeMax { get; init; } = TimeSpan.FromMinutes(15);
}
