namespace Webmail.Mail.Imap;

/// <summary>The mail server does not accept this name and password.</summary>
public sealed class MailRefusedException(string message) : Exception(message);
