using MailKit;
using MimeKit;
using Webmail.Mail.Decoding;
using Webmail.Mail.Ids;

namespace Webmail.Mail.Messages;

/// <summary>Sorts a BODYSTRUCTURE into text, HTML and attachments by the algorithm of RFC 8621 §4.1.4.</summary>
internal sealed class BodySorter(EmailId email)
{
    private const int DepthMax = 50;
    private const int PartsMax = 1000;

    private readonly List<EmailPart> _text = [];
    private readonly List<EmailPart> _html = [];
    private readonly List<EmailPart> _attachments = [];
    private int _parts;
    private bool _isEncrypted;
    private bool _isSigned;

    public static EmailBody Sort(EmailId email, BodyPart? root)
    {
        if (root is null)
        {
            return EmailBody.Empty;
        }

        var sorter = new BodySorter(email);
        sorter.Visit([root], "mixed", false, sorter._html, sorter._text, 0);
        return new EmailBody([.. sorter._text], [.. sorter._html], [.. sorter._attachments])
        {
            Security = sorter._isEncrypted ? "encrypted" : sorter._isSigned ? "signed" : null,
        };
    }

    private void Visit(
        IReadOnlyList<BodyPart> parts, string multipart, bool alternative, List<EmailPart>? html, List<EmailPart>? text, int depth)
    {
        var textBefore = text?.Count ?? -1;
        var htmlBefore = html?.Count ?? -1;
        for (var index = 0; index < parts.Count && depth < DepthMax && _parts < PartsMax; index++)
        {
            if (parts[index] is BodyPartMultipart inner)
            {
                var subtype = inner.ContentType?.MediaSubtype?.ToLowerInvariant() ?? "mixed";
                _isEncrypted |= subtype == "encrypted";
                _isSigned |= subtype == "signed";
                Visit([.. inner.BodyParts], subtype, alternative || subtype == "alternative", html, text, depth + 1);
            }
            else if (parts[index] is BodyPartBasic leaf)
            {
                _parts++;
                NoteSecurity(leaf.ContentType);
                (html, text) = Place(Described(leaf), index, multipart, alternative, html, text);
            }
        }

        FillMissing(multipart, html, text, textBefore, htmlBefore);
    }

    /// <summary>S/MIME in one part (RFC 8551 §3.2); without its type, what it is cannot be seen from outside, and most are encrypted.</summary>
    private void NoteSecurity(ContentType? type)
    {
        if (type?.MimeType.ToLowerInvariant() is "application/pkcs7-mime" or "application/x-pkcs7-mime")
        {
            var isSigned = type.Parameters["smime-type"]?.ToLowerInvariant() is "signed-data" or "certs-only";
            _isSigned |= isSigned;
            _isEncrypted |= !isSigned;
        }
    }

    private (List<EmailPart>? Html, List<EmailPart>? Text) Place(
        EmailPart part, int index, string multipart, bool alternative, List<EmailPart>? html, List<EmailPart>? text)
    {
        var shownText = part.Type is "text/plain" or "text/html";
        var media = part.Type.StartsWith("image/", StringComparison.Ordinal)
            || part.Type.StartsWith("audio/", StringComparison.Ordinal)
            || part.Type.StartsWith("video/", StringComparison.Ordinal);
        var inline = part.Disposition != "attachment" && (shownText || media)
            && (index == 0 || (multipart != "related" && (media || part.Name is null)));
        if (!inline)
        {
            _attachments.Add(part);
            return (html, text);
        }

        if (multipart == "alternative")
        {
            var list = part.Type switch { "text/plain" => text, "text/html" => html, _ => _attachments };
            list?.Add(part);
            return (html, text);
        }

        if (alternative)
        {
            html = part.Type == "text/plain" ? null : html;
            text = part.Type == "text/html" ? null : text;
        }

        text?.Add(part);
        html?.Add(part);
        if (media && (text is null || html is null))
        {
            _attachments.Add(part);
        }

        return (html, text);
    }

    // A message with only one of the two shows that one as both.
    private static void FillMissing(
        string multipart, List<EmailPart>? html, List<EmailPart>? text, int textBefore, int htmlBefore)
    {
        if (multipart != "alternative" || html is null || text is null)
        {
            return;
        }

        if (textBefore == text.Count && htmlBefore != html.Count)
        {
            text.AddRange(html[htmlBefore..]);
        }
        else if (htmlBefore == html.Count && textBefore != text.Count)
        {
            html.AddRange(text[textBefore..]);
        }
    }

    private EmailPart Described(BodyPartBasic leaf)
    {
        static bool IsWord(BodyPartBasic of, string parameter, string word) =>
            string.Equals(of.ContentType?.Parameters[parameter], word, StringComparison.OrdinalIgnoreCase);

        var part = leaf.PartSpecifier is { Length: > 0 } specifier ? specifier : "1";
        return new EmailPart(
            part,
            new BlobId(email, part),
            leaf.ContentType?.MimeType?.ToLowerInvariant() ?? "application/octet-stream",
            leaf.ContentType?.Charset,
            string.IsNullOrWhiteSpace(leaf.FileName) ? null : leaf.FileName,
            leaf.ContentDisposition?.Disposition?.ToLowerInvariant(),
            leaf.ContentId?.Trim('<', '>'),
            TransferDecoder.Named(leaf.ContentTransferEncoding),
            leaf.Octets)
        {
            IsFlowed = IsWord(leaf, "format", "flowed"),
            DeletesSpace = IsWord(leaf, "delsp", "yes"),
        };
    }
}
