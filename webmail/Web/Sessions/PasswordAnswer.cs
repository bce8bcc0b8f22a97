namespace Webmail.Web.Sessions;

/// <param name="Verdict">On name and password.</param>
/// <param name="Wait">For how long nothing is tried, after too many failures.</param>
internal sealed record PasswordAnswer(PasswordVerdict Verdict, TimeSpan Wait = default);

internal enum PasswordVerdict
{
    Right,

    /// <summary>Right, and the account has a second factor.</summary>
    RightButCodeNeeded,

    Wrong,
    TooManyFailures,
}
