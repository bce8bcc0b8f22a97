using System.Text;
using MimeKit;
using Webmail.Mail.Messages;

namespace Webmail.Mail.Writing;

/// <summary>Makes the MIME message (RFC 5322, RFC 2045). Everything that is unique in it derives from one id.</summary>
internal static class MessageComposer
{
    /// <summary>The Message-ID of a message with this id, without angle brackets: what doubt about it is resolved by.</summary>
    public static string MessageIdOf(Guid id, NewEmail email) => $"{id:N}@{DomainOf(email)}";

    public static MimeMessage Compose(Guid id, NewEmail email, MimeEntity body)
    {
        var message = new MimeMessage { Subject = email.Subject, Date = email.Date, MessageId = MessageIdOf(id, email) };
        message.From.AddRange(email.From.Select(Mailbox));
        message.Sender = email.Sender is { } sender ? Mailbox(sender) : null;
        message.To.AddRange(email.To.Select(Mailbox));
        message.Cc.AddRange(email.Cc.Select(Mailbox));
        message.Bcc.AddRange(email.Bcc.Select(Mailbox));
        message.ReplyTo.AddRange(email.ReplyTo.Select(Mailbox));
        message.InReplyTo = email.InReplyTo.Count > 0 ? email.InReplyTo[0] : null;
        message.References.AddRange(email.References);
        foreach (var (name, value) in email.Headers)
        {
            message.Headers.Add(new Header(Encoding.UTF8, name, value));
        }

        message.Body = body;
        return message;
    }

    private static MailboxAddress Mailbox(EmailAddress address) => new(address.Name, address.Email);

    private static string DomainOf(NewEmail email) =>
        email.From is [var from, ..] && from.Email.LastIndexOf('@') is >= 0 and var at && at + 1 < from.Email.Length ? from.Email[(at + 1)..] : "localhost";
}
