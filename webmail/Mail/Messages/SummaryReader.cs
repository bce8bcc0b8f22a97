using System.Text;
using MailKit;
using MimeKit;
using Webmail.Mail.Headers;
using Webmail.Mail.Ids;

namespace Webmail.Mail.Messages;

/// <summary>Turns what FETCH answers into our record.</summary>
internal static class SummaryReader
{
    private const int ReferencesMax = 100;
    private const int HeadersMax = 1000;
    private const int HeaderBytesMax = 512 * 1024;
    private const int SubjectCharactersMax = 10_000;
    private const int AddressesMax = 1000;

    public static Email Read(MailboxId mailbox, IMessageSummary summary)
    {
        var id = new EmailId(mailbox, summary.UniqueId.Validity, summary.UniqueId.Id);
        var envelope = summary.Envelope ?? new Envelope();
        string[] references = summary.References is { } list ? [.. list.Take(ReferencesMax)] : [];
        var messageId = Trimmed(envelope.MessageId);
        var inReplyTo = Trimmed(envelope.InReplyTo);
        return new Email(
            id.ToString(),
            mailbox.Name,
            ThreadId.Of(id, messageId, inReplyTo, references).ToString(),
            summary.Size ?? 0,
            summary.InternalDate ?? envelope.Date ?? DateTimeOffset.UnixEpoch,
            envelope.Date,
            Shortened(envelope.Subject ?? ""),
            Addresses(envelope.From),
            Addresses(envelope.To),
            Addresses(envelope.Cc),
            Addresses(envelope.Bcc),
            Addresses(envelope.ReplyTo),
            messageId,
            inReplyTo,
            references,
            Keywords.Of(summary.Flags ?? MessageFlags.None, summary.Keywords ?? new HashSet<string>()),
            BodySorter.Sort(id, summary.Body),
            summary.PreviewText,
            Headers(summary.Headers));
    }

    // What is remembered of a message is bounded, whatever its sender wrote.
    private static HeaderField[] Headers(HeaderList? list)
    {
        var bytes = 0;
        return
        [
            .. (list ?? []).Take(HeadersMax).TakeWhile(header => (bytes += header.RawValue.Length) <= HeaderBytesMax)
                .Select(header => new HeaderField(header.Field, Encoding.UTF8.GetString(header.RawValue).TrimEnd('\r', '\n'))),
        ];
    }

    private static string Shortened(string subject) => subject.Length <= SubjectCharactersMax ? subject : subject[..SubjectCharactersMax];

    private static string? Trimmed(string? id) => id?.Trim().Trim('<', '>') is { Length: > 0 } trimmed ? trimmed : null;

    private static EmailAddress[] Addresses(InternetAddressList list) =>
        [.. list.Mailboxes.Take(AddressesMax).Select(mailbox => new EmailAddress(mailbox.Name is { Length: > 0 } name ? name : null, mailbox.Address))];
}
