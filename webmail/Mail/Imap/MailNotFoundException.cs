namespace Webmail.Mail.Imap;

/// <summary>The mailbox or message an id names is not there, or not any longer under this id.</summary>
public sealed class MailNotFoundException(string message) : Exception(message);
