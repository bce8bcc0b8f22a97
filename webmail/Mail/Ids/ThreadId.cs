using System.Security.Cryptography;
using System.Text;

namespace Webmail.Mail.Ids;

/// <summary>
/// A conversation, named by the Message-ID it began with, so that the mail server's own header search finds its messages;
/// a message without any is a conversation of its own, named by its email id.
/// </summary>
public readonly record struct ThreadId(string Root)
{
    private const int RootBytesMax = 180;

    /// <summary>The first reference, else what is answered, else the message itself (RFC 5322 §3.6.4).</summary>
    public static ThreadId Of(EmailId email, string? messageId, string? inReplyTo, IReadOnlyList<string> references)
    {
        var root = references.Count > 0 ? references[0] : inReplyTo ?? messageId;
        if (string.IsNullOrWhiteSpace(root))
        {
            return new ThreadId(email.ToString());
        }

        return new ThreadId(Encoding.UTF8.GetByteCount(root) <= RootBytesMax ? root : Shortened(root));
    }

    public static bool TryParse(string? text, out ThreadId id)
    {
        id = default;
        if (text is not ['t', .. var rest] || !IdText.TryDecode(rest, out var bytes) || bytes.Length > RootBytesMax
            || !IdText.TryName(bytes, out var root))
        {
            return false;
        }

        id = new ThreadId(root);
        return true;
    }

    public override string ToString() => "t" + IdText.Encode(Encoding.UTF8.GetBytes(Root));

    // Groups the messages of one page still, though no header search finds a hash.
    private static string Shortened(string root) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(root)));
}
