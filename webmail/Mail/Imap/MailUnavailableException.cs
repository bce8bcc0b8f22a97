namespace Webmail.Mail.Imap;

/// <summary>The mail server cannot be reached or broke the connection, also on a fresh attempt; trying later may help.</summary>
public sealed class MailUnavailableException(string message) : Exception(message);
