namespace Webmail.Web.Sessions.SecondFactors;

/// <param name="Verdict">On a code.</param>
/// <param name="Wait">For how long nothing is tried, after too many failures.</param>
internal sealed record CodeAnswer(CodeVerdict Verdict, TimeSpan Wait = default);

internal enum CodeVerdict
{
    Right,
    Wrong,
    TooManyFailures,

    /// <summary>The account has no second factor, or none that waits to be confirmed.</summary>
    NotThere,
}
