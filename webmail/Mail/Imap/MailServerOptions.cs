using MailKit.Security;

namespace Webmail.Mail.Imap;

/// <summary>Where a mail server answers and how the connection is protected.</summary>
public sealed record MailServerOptions(string Host, int Port, SecureSocketOptions Security);
