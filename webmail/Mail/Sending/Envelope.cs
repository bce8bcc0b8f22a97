namespace Webmail.Mail.Sending;

/// <summary>Who sends and who receives, whatever the headers say (RFC 5321 §2.3.1).</summary>
public sealed record Envelope(string From, string[] To);
