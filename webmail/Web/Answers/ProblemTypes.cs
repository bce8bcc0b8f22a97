namespace Webmail.Web.Answers;

/// <summary>Problems (RFC 9457) that a client acts on instead of only showing them.</summary>
internal static class ProblemTypes
{
    /// <summary>Nothing but its status tells it apart (RFC 9457 §4.2.1).</summary>
    public const string None = "about:blank";

    /// <summary>A mail server is away: what needs it can be asked again after Retry-After; GET /status tells what works meanwhile.</summary>
    public const string MailAway = "urn:x-splice-webmail:problem:mailAway";

    /// <summary>The database is away, and nothing can be asked or saved: keep what was typed, and ask again after Retry-After.</summary>
    public const string StorageAway = "urn:x-splice-webmail:problem:storageAway";

    /// <summary>The session has ended, or the mail server does not take its password any longer: ask for it, then repeat the request.</summary>
    public const string SignInAgain = "urn:x-splice-webmail:problem:signInAgain";

    /// <summary>Name and password are right, but a code of the second factor is missing.</summary>
    public const string CodeNeeded = "urn:x-splice-webmail:problem:codeNeeded";
}
