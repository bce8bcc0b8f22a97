namespace Webmail.Mail.Messages;

/// <summary>A part of a message with all parts in it (RFC 8621 §4.1.4 bodyStructure); a message within the message is one part.</summary>
/// <param name="Part">What it says about itself. Of a multipart, the part id is what IMAP calls it, empty for the whole body.</param>
/// <param name="Language">Content-Language; null if it has none.</param>
/// <param name="Location">Content-Location; null if it has none.</param>
/// <param name="SubParts">Null if it is no multipart.</param>
public sealed record EmailStructure(EmailPart Part, string[]? Language, string? Location, EmailStructure[]? SubParts)
{
    /// <summary>This one, then all parts in it.</summary>
    public IEnumerable<EmailStructure> All() => (SubParts ?? []).SelectMany(part => part.All()).Prepend(this);
}
