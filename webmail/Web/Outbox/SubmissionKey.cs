using System.Security.Cryptography;
using System.Text;
using Webmail.Mail.Sending;

namespace Webmail.Web.Outbox;

/// <summary>
/// What makes two submissions the same one: what their client calls them, else the Message-ID and the envelope. The second kind
/// is forgotten when the message goes back to the drafts: sent again, it is another submission.
/// </summary>
internal static class SubmissionKey
{
    /// <summary>In SQL: the key after the message went back.</summary>
    public const string Kept = $"CASE WHEN key LIKE '{Named}%' THEN key END";

    private const string Named = "n:";
    private const string Derived = "d:";

    public static string OfName(string name) => Named + name;

    public static string Of(string messageId, Envelope envelope) =>
        Derived + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', envelope.To.Order(StringComparer.Ordinal).Prepend(envelope.From).Prepend(messageId)))));

    /// <summary>As its client wrote it; null if it is ours.</summary>
    public static string? Shown(string? key) => key?.StartsWith(Named, StringComparison.Ordinal) is true ? key[Named.Length..] : null;
}
