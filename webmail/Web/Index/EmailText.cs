using System.Text.RegularExpressions;
using Webmail.Mail.Messages;

namespace Webmail.Web.Index;

/// <summary>A message's words as they are searched and sorted: without regard to case.</summary>
internal static partial class EmailText
{
    private const int EmailBytes = 1000;
    private const int AddressBytes = 200;

    /// <summary>In the order from, to, cc, bcc, subject; then what from, to and subject are sorted by (RFC 8621 §4.4.2).</summary>
    public static string[] Columns(EmailEnvelope envelope) =>
    [
        Addresses(envelope.From), Addresses(envelope.To), Addresses(envelope.Cc), Addresses(envelope.Bcc), Fold(envelope.Subject),
        First(envelope.From), First(envelope.To), Fold(BaseSubject(envelope.Subject)),
    ];

    /// <summary>Room that a message of the index takes in memory, estimated.</summary>
    public static long Bytes(Email email)
    {
        var envelope = email.Envelope;
        var addresses = envelope.From.Length + envelope.To.Length + envelope.Cc.Length + envelope.Bcc.Length + envelope.ReplyTo.Length;
        return EmailBytes + (2 * (envelope.Subject.Length + (email.Preview?.Length ?? 0))) + (AddressBytes * (addresses + envelope.References.Length));
    }

    public static string Fold(string text) => text.ToLowerInvariant();

    /// <summary>Without the marks of replies, forwards and lists (RFC 5256 §2.1).</summary>
    public static string BaseSubject(string subject) => Marks().Replace(subject, "").Trim();

    private static string Addresses(EmailAddress[] addresses) =>
        Fold(string.Join('\n', addresses.Select(address => $"{address.Name} <{address.Email}>")));

    private static string First(EmailAddress[] addresses) => addresses is [var first, ..] ? Fold(first.Name ?? first.Email) : "";

    [GeneratedRegex(@"^(\s*(\[[^\[\]]{0,60}\]\s*)?(re|fwd?|aw|wg|sv|tr)(\[\d{1,3}\])?\s*:)+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Marks();
}
