using System.Text;

namespace Webmail.Mail.Ids;

/// <summary>A mailbox by its full IMAP name; the id is the name, so that any backend understands it without an index.</summary>
public readonly record struct MailboxId(string Name)
{
    /// <summary>Longer names would make email ids longer than the 255 characters JMAP allows; such mailboxes are not shown.</summary>
    public const int NameBytesMax = 150;

    private const char Kind = 'm';

    public static bool TryParse(string? text, out MailboxId id)
    {
        id = default;
        if (text is not [Kind, .. var rest] || !IdText.TryDecode(rest, out var bytes) || bytes.Length > NameBytesMax)
        {
            return false;
        }

        var valid = IdText.TryName(bytes, out var name);
        id = new MailboxId(name);
        return valid;
    }

    public static bool Fits(string name) => name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= NameBytesMax;

    public override string ToString() => Kind + IdText.Encode(Encoding.UTF8.GetBytes(Name));
}
