using System.Text;
using AngleSharp.Html.Parser;
using MimeKit;
using MimeKit.Text;

namespace Webmail.Mail.Sieve.Vacations;

/// <summary>What is sent: a plain text, or a MIME entity if there is HTML (RFC 5230 §4.6).</summary>
internal static class VacationBody
{
    private const string Default = "I have received your message, but I am away at present.";

    // No line of base64 begins like this, so the parts need not be searched for it.
    private const string Boundary = "=_webmail_vacation";

    private const string Blocks = "br, p, div, li, tr, h1, h2, h3, h4, h5, h6, blockquote, pre";

    public static string Of(VacationSettings settings)
    {
        if (settings.HtmlBody is not { } html)
        {
            return settings.TextBody ?? Default;
        }

        using var both = new MultipartAlternative { Boundary = Boundary };
        both.Add(Part(TextFormat.Plain, settings.TextBody ?? TextOf(html)));
        both.Add(Part(TextFormat.Html, html));
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        using var written = new MemoryStream();
        both.WriteTo(format, written);
        return Encoding.ASCII.GetString(written.GetBuffer(), 0, (int)written.Length);
    }

    private static TextPart Part(TextFormat format, string text) =>
        new(format) { Text = text.ReplaceLineEndings("\r\n"), ContentTransferEncoding = ContentEncoding.Base64 };

    /// <summary>For those who do not read HTML.</summary>
    private static string TextOf(string html)
    {
        using var document = new HtmlParser().ParseDocument(html);
        foreach (var unseen in document.QuerySelectorAll("script, style, head"))
        {
            unseen.Remove();
        }

        foreach (var block in document.QuerySelectorAll(Blocks))
        {
            block.Parent?.InsertBefore(document.CreateTextNode("\n"), block.NextSibling);
        }

        return document.DocumentElement.TextContent.Trim();
    }
}
