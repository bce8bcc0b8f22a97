namespace Webmail.Mail.Servers;

/// <summary>The account's domain has no server for this.</summary>
public sealed class MailUnsupportedException(string message) : Exception(message);
