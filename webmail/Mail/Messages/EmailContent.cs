using Webmail.Mail.Headers;

namespace Webmail.Mail.Messages;

/// <summary>What was read of a message beyond the index, and never changes.</summary>
internal sealed record EmailContent(EmailBody Body, HeaderField[] Headers, bool HasAttachment, string? Preview, bool IsPartial, bool HasMoreHeaders)
{
    private const int PartBytes = 1000;
    private const int FieldBytes = 100;

    /// <summary>Room it takes in memory, estimated.</summary>
    public long Bytes =>
        ((1 + Body.All.Count() + (Body.Structure?.All().Count() ?? 0)) * PartBytes) + Headers.Sum(header => FieldBytes + header.Raw.Length) + (2 * (Preview?.Length ?? 0));

    public static EmailContent Read(Email email) => new(email.Body, email.Headers, email.HasAttachment, email.Preview, email.Envelope.IsPartial, email.HasMoreHeaders);

    /// <summary>The message as it is in the index, with this.</summary>
    public Email Of(Email email) => email with
    {
        Body = Body,
        Headers = Headers,
        HasMoreHeaders = HasMoreHeaders,
        HasAttachment = HasAttachment,
        Preview = email.Preview ?? Preview,
        Envelope = email.Envelope with { IsPartial = email.Envelope.IsPartial || IsPartial },
    };
}
