using Webmail.Mail.Headers;

namespace Webmail.Mail.Messages;

/// <summary>What the mail server says about a message without its content.</summary>
public sealed record Email(
    string Id,
    string Mailbox,
    string ThreadId,
    long SizeBytes,
    DateTimeOffset ReceivedAt,
    DateTimeOffset? SentAt,
    string Subject,
    EmailAddress[] From,
    EmailAddress[] To,
    EmailAddress[] Cc,
    EmailAddress[] Bcc,
    EmailAddress[] ReplyTo,
    string? MessageId,
    string? InReplyTo,
    string[] References,
    string[] Keywords,
    EmailBody Body,
    string? Preview,
    HeaderField[] Headers)
{
    /// <summary>Its header or structure is more than can be read: only its source is to be had.</summary>
    public bool IsPartial { get; init; }
}
