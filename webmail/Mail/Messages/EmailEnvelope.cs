namespace Webmail.Mail.Messages;

/// <summary>What a message says about itself in its headers (RFC 3501 ENVELOPE and the References field); it never changes.</summary>
/// <param name="SentAt">The Date field with its own offset; null if it is missing or unreadable.</param>
/// <param name="MessageId">Without angle brackets, as are the two after it.</param>
public sealed record EmailEnvelope(
    DateTimeOffset? SentAt,
    string Subject,
    EmailAddress[] From,
    EmailAddress[] To,
    EmailAddress[] Cc,
    EmailAddress[] Bcc,
    EmailAddress[] ReplyTo,
    string? MessageId,
    string? InReplyTo,
    string[] References)
{
    /// <summary>Its header or structure is more than can be read: only its source is to be had.</summary>
    public bool IsPartial { get; init; }

    public static EmailEnvelope Unreadable { get; } = new(null, "", [], [], [], [], [], null, null, []) { IsPartial = true };
}
