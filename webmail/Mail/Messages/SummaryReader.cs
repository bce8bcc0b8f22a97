using System.Text;
using MailKit;
using MimeKit;
using Webmail.Mail.Headers;
using Webmail.Mail.Ids;

namespace Webmail.Mail.Messages;

/// <summary>Turns what FETCH answers into our records.</summary>
internal static class SummaryReader
{
    /// <summary>What the index wants to know of a message.</summary>
    public const MessageSummaryItems Items =
        MessageSummaryItems.UniqueId | MessageSummaryItems.Flags | MessageSummaryItems.Envelope | MessageSummaryItems.References
        | MessageSummaryItems.InternalDate | MessageSummaryItems.Size;

    private const int ReferencesMax = 100;
    private const int HeadersMax = 1000;
    private const int HeaderBytesMax = 512 * 1024;
    private const int AddressesMax = 1000;
    private const int TextCharactersMax = 4000;

    /// <summary>The one header field besides, which tells whether something is attached before the structure is read.</summary>
    public static IReadOnlyCollection<HeaderId> Fields { get; } = [HeaderId.ContentType];

    public static Email Read(EmailId id, FoundSummary found)
    {
        if (found.Found is not { } summary)
        {
            var bare = found.Bare!;
            return new Email(
                id, 0, bare.Size ?? 0, bare.InternalDate ?? DateTimeOffset.UnixEpoch, KeywordsOf(bare), false, "", EmailEnvelope.Unreadable, EmailBody.Empty, []);
        }

        var envelope = summary.Envelope ?? new Envelope();
        return new Email(
            id,
            0,
            summary.Size ?? 0,
            summary.InternalDate ?? envelope.Date ?? DateTimeOffset.UnixEpoch,
            KeywordsOf(summary),
            IsMixed(summary.Headers?[HeaderId.ContentType]),
            null,
            new EmailEnvelope(
                envelope.Date,
                Clean(envelope.Subject),
                Addresses(envelope.From),
                Addresses(envelope.To),
                Addresses(envelope.Cc),
                Addresses(envelope.Bcc),
                Addresses(envelope.ReplyTo),
                Trimmed(envelope.MessageId),
                Trimmed(envelope.InReplyTo),
                summary.References is { } list ? [.. list.Take(ReferencesMax).Select(Clean)] : []),
            EmailBody.Empty,
            []);
    }

    public static Email WithDetail(Email email, EmailDetail detail, IMessageSummary summary)
    {
        if (detail.HasFlag(EmailDetail.Body))
        {
            var body = BodySorter.Sort(email.Id, summary.Body) with { Structure = StructureReader.Read(email.Id, summary.Body) };
            email = email with { Body = body, HasAttachment = body.HasAttachment };
        }

        return email with
        {
            Preview = detail.HasFlag(EmailDetail.Preview) ? Clean(summary.PreviewText) : email.Preview,
            Headers = detail.HasFlag(EmailDetail.Headers) ? Headers(summary.Headers) : email.Headers,
            HasMoreHeaders = detail.HasFlag(EmailDetail.Headers) && IsCut(summary.Headers),
        };
    }

    private static string[] KeywordsOf(IMessageSummary summary) => Keywords.Of(summary.Flags ?? MessageFlags.None, summary.Keywords ?? new HashSet<string>());

    // What is remembered of a message is bounded, whatever its sender wrote.
    internal static HeaderField[] Headers(HeaderList? list)
    {
        var bytes = 0;
        return
        [
            .. (list ?? []).Take(HeadersMax).TakeWhile(header => (bytes += header.RawValue.Length) <= HeaderBytesMax)
                .Select(header => new HeaderField(header.Field, Encoding.UTF8.GetString(header.RawValue).TrimEnd('\r', '\n'))),
        ];
    }

    private static bool IsCut(HeaderList? list) => list is { Count: > HeadersMax } || list?.Sum(header => (long)header.RawValue.Length) > HeaderBytesMax;

    private static bool IsMixed(string? contentType) =>
        contentType is not null && ContentType.TryParse(contentType, out var type)
        && !(type.IsMimeType("text", "*") || (type.IsMimeType("multipart", "*") && !type.IsMimeType("multipart", "mixed")));

    private static string? Trimmed(string? id) => Clean(id).Trim().Trim('<', '>') is { Length: > 0 } trimmed ? trimmed : null;

    private static EmailAddress[] Addresses(InternetAddressList list) =>
    [
        .. list.Mailboxes.Take(AddressesMax)
            .Select(mailbox => new EmailAddress(Clean(mailbox.Name) is { Length: > 0 } name ? name : null, Clean(mailbox.Address))),
    ];

    /// <summary>Text that JSON and PostgreSQL take: no NUL, no half of a character, and not without end.</summary>
    private static string Clean(string? text)
    {
        text ??= "";
        text = text.Length > TextCharactersMax ? text[..TextCharactersMax] : text;
        return text.AsSpan().IndexOf('\0') < 0 && !text.AsSpan().ContainsAnyInRange('\ud800', '\udfff')
            ? text
            : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Replace('\0', '\ufffd')));
    }
}
