namespace Webmail.Mail.Authentication;

/// <summary>What one method found out about a message (RFC 8601 §2.2).</summary>
/// <param name="Method"><c>spf</c>, <c>dkim</c>, <c>dmarc</c> or <c>arc</c>.</param>
/// <param name="Result">Its word for it, such as <c>pass</c> or <c>fail</c> (§2.7).</param>
/// <param name="Reason">What the server adds for people; null if nothing.</param>
/// <param name="Domain">Whom it was found out of; null if that is not said.</param>
public sealed record AuthenticationVerdict(string Method, string Result, string? Reason, string? Domain);
