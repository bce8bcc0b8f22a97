using MimeKit;
using Webmail.Mail.Html;

namespace Webmail.Mail.Unsubscribing;

/// <summary>The message that a list wants from whoever leaves it.</summary>
/// <param name="To">One address.</param>
/// <param name="Subject">One line.</param>
/// <param name="Body">Plain text, usually none.</param>
public sealed record UnsubscribeMail(string To, string Subject, string Body)
{
    private const string Scheme = "mailto:";
    private const int AddressCharactersMax = 320;
    private const int SubjectCharactersMax = 500;
    private const int BodyCharactersMax = 4000;

    /// <summary>Null if it is no mailto (RFC 6068), has other than one recipient, or says more than a list needs to hear.</summary>
    public static UnsubscribeMail? Read(string url)
    {
        if (UrlPolicy.Link(url) is not { } link || !link.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return null;
        }

        var parts = link[Scheme.Length..].Split('?', 2);
        var fields = parts[^1].Split('&').Select(field => field.Split('=', 2)).Where(field => parts.Length == 2 && field.Length == 2)
            .ToLookup(field => field[0].ToLowerInvariant(), field => Uri.UnescapeDataString(field[1]));
        var mail = new UnsubscribeMail(Uri.UnescapeDataString(parts[0]), fields["subject"].FirstOrDefault() ?? "unsubscribe", fields["body"].FirstOrDefault() ?? "");
        return !fields.Contains("cc") && IsAddress(mail.To) && mail is { Subject.Length: <= SubjectCharactersMax, Body.Length: <= BodyCharactersMax }
            && !mail.Subject.Any(char.IsControl) && !mail.Body.Any(character => char.IsControl(character) && character is not ('\r' or '\n' or '\t'))
            ? mail
            : null;
    }

    /// <param name="from">The address that is on the list.</param>
    /// <param name="messageId">Without angle brackets.</param>
    /// <param name="date">What it says itself.</param>
    public byte[] Compose(string from, string messageId, DateTimeOffset date)
    {
        using var message = new MimeMessage { Subject = Subject, Date = date, MessageId = messageId, Body = new TextPart("plain") { Text = Body } };
        message.From.Add(new MailboxAddress(null, from));
        message.To.Add(new MailboxAddress(null, To));
        using var bytes = new MemoryStream();
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        message.WriteTo(format, bytes, CancellationToken.None);
        return bytes.ToArray();
    }

    private static bool IsAddress(string text) =>
        text.Length <= AddressCharactersMax && MailboxAddress.TryParse(text, out var parsed) && parsed.Address == text
        && Uri.CheckHostName(text[(text.LastIndexOf('@') + 1)..]) == UriHostNameType.Dns && text.Contains('@', StringComparison.Ordinal);
}
