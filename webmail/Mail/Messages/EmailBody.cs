namespace Webmail.Mail.Messages;

/// <summary>The parts sorted by use (RFC 8621 §4.1.4): to be read as text, as HTML, and the attachments.</summary>
public sealed record EmailBody(EmailPart[] Text, EmailPart[] Html, EmailPart[] Attachments)
{
    /// <summary>What its structure says it is: <c>encrypted</c> or <c>signed</c>, which nobody has verified; null for neither.</summary>
    public string? Security { get; init; }

    public static EmailBody Empty { get; } = new([], [], []);

    public IEnumerable<EmailPart> All => Text.Concat(Html).Concat(Attachments).DistinctBy(part => part.PartId);

    /// <summary>Something a reader would call an attachment: more than the images its text shows.</summary>
    public bool HasAttachment => Attachments.Any(part => part.Disposition != "inline" || part.ContentId is null);
}
