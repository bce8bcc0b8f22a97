using Webmail.Mail.Ids;
using Webmail.Mail.Messages;

namespace Webmail.Mail.Writing;

/// <summary>A message to be written into a mailbox.</summary>
public sealed record NewEmail
{
    public required MailboxId Mailbox { get; init; }
    public required IReadOnlyList<string> Keywords { get; init; }
    public required DateTimeOffset Date { get; init; }
    public IReadOnlyList<EmailAddress> From { get; init; } = [];
    public IReadOnlyList<EmailAddress> To { get; init; } = [];
    public IReadOnlyList<EmailAddress> Cc { get; init; } = [];
    public IReadOnlyList<EmailAddress> Bcc { get; init; } = [];
    public IReadOnlyList<EmailAddress> ReplyTo { get; init; } = [];
    public string Subject { get; init; } = "";

    /// <summary>Message-IDs without angle brackets.</summary>
    public IReadOnlyList<string> InReplyTo { get; init; } = [];

    /// <summary>Message-IDs without angle brackets.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    public string? Text { get; init; }
    public string? Html { get; init; }
    public IReadOnlyList<NewAttachment> Attachments { get; init; } = [];
}

/// <summary>Something to attach: given as bytes, or as a part of a message that the mail server holds.</summary>
/// <param name="Name">File name as the reader shows it.</param>
/// <param name="Type">Media type.</param>
/// <param name="ContentId">For a part that the HTML text shows; null for an ordinary attachment.</param>
/// <param name="Content">The bytes, or null if <paramref name="Part"/> is given.</param>
/// <param name="Part">A part on the mail server, or null.</param>
public sealed record NewAttachment(string Name, string Type, string? ContentId, ReadOnlyMemory<byte>? Content, BlobId? Part);
