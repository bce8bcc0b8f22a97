using MailKit.Security;

namespace Webmail.Mail.Imap;

/// <summary>Where a mail server answers and how the connection is protected.</summary>
public sealed record MailServerOptions(string Host, int Port, SecureSocketOptions Security)
{
    /// <summary>As in a sentence.</summary>
    public override string ToString() => $"{Host}:{Port}";
}
