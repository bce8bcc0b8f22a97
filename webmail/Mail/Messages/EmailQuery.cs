using Webmail.Mail.Ids;

namespace Webmail.Mail.Messages;

/// <summary>Which messages of one mailbox, in which order, and which window of them.</summary>
public sealed record EmailQuery(
    MailboxId Mailbox, string? Text, string? HasKeyword, string? NotKeyword, EmailOrder Order, bool Ascending, int Position, int Limit);

/// <summary>What is compared.</summary>
public enum EmailOrder
{
    ReceivedAt,
    SentAt,
    From,
    Subject,
    Size,
}
