namespace Webmail.Web.Answers;

/// <summary>Problems (RFC 9457) that a client acts on instead of only showing them.</summary>
internal static class ProblemTypes
{
    /// <summary>The session has ended, or the mail server does not take its password any longer: ask for it, then repeat the request.</summary>
    public const string SignInAgain = "urn:x-splice-webmail:problem:signInAgain";

    /// <summary>Name and password are right, but a code of the second factor is missing.</summary>
    public const string CodeNeeded = "urn:x-splice-webmail:problem:codeNeeded";
}
