using MailKit;
using Webmail.Mail.Decoding;
using Webmail.Mail.Ids;

namespace Webmail.Mail.Messages;

/// <summary>Turns a BODYSTRUCTURE into our records.</summary>
internal sealed class StructureReader(EmailId email)
{
    /// <summary>Deeper parts are left out; a journal holds what is read, and JSON is at most 64 deep there.</summary>
    private const int DepthMax = 20;

    private const int PartsMax = 1000;
    private int _parts;

    public static EmailStructure? Read(EmailId email, BodyPart? root) => root is null ? null : new StructureReader(email).Read(root, 0);

    private EmailStructure Read(BodyPart part, int depth)
    {
        _parts++;
        if (part is not BodyPartMultipart inner)
        {
            var leaf = (BodyPartBasic)part;
            return new EmailStructure(BodySorter.Described(email, leaf), LanguageTag.Canonical(leaf.ContentLanguage), leaf.ContentLocation?.OriginalString, null);
        }

        var parts = new List<EmailStructure>();
        foreach (var one in inner.BodyParts.TakeWhile(_ => depth < DepthMax && _parts < PartsMax))
        {
            parts.Add(Read(one, depth + 1));
        }

        var described = new EmailPart(
            inner.PartSpecifier ?? "",
            new BlobId(email, inner.PartSpecifier ?? ""),
            inner.ContentType?.MimeType.ToLowerInvariant() ?? "multipart/mixed",
            null,
            null,
            inner.ContentDisposition?.Disposition?.ToLowerInvariant(),
            null,
            TransferEncoding.Identity,
            0);
        return new EmailStructure(described, LanguageTag.Canonical(inner.ContentLanguage), inner.ContentLocation?.OriginalString, [.. parts]);
    }
}
