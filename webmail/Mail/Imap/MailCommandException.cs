namespace Webmail.Mail.Imap;

/// <summary>The mail server understood and said no: a quota, a missing right, a name it does not like.</summary>
public sealed class MailCommandException(string message) : Exception(message);
