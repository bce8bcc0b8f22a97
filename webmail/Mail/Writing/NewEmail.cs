using Webmail.Mail.Ids;
using Webmail.Mail.Messages;

namespace Webmail.Mail.Writing;

/// <summary>A message to be written into a mailbox.</summary>
public sealed record NewEmail
{
    public required MailboxId Mailbox { get; init; }
    public required IReadOnlyList<string> Keywords { get; init; }

    /// <summary>What it says itself.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>What the mail server is to say (INTERNALDATE).</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    public IReadOnlyList<EmailAddress> From { get; init; } = [];
    public EmailAddress? Sender { get; init; }
    public IReadOnlyList<EmailAddress> To { get; init; } = [];
    public IReadOnlyList<EmailAddress> Cc { get; init; } = [];
    public IReadOnlyList<EmailAddress> Bcc { get; init; } = [];
    public IReadOnlyList<EmailAddress> ReplyTo { get; init; } = [];
    public string Subject { get; init; } = "";

    /// <summary>Message-IDs without angle brackets.</summary>
    public IReadOnlyList<string> InReplyTo { get; init; } = [];

    /// <summary>Message-IDs without angle brackets.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>Other header fields, in their order: names, and values in one line, encoded where they are more than ASCII.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public required NewPart Body { get; init; }
}
