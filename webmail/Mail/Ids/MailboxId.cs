using System.Text;

namespace Webmail.Mail.Ids;

/// <summary>A mailbox: the key that stays with it, and the full IMAP name it has now.</summary>
/// <param name="Key">Given by the account's index; a renamed mailbox keeps it.</param>
/// <param name="Name">As the mail server has it, decoded.</param>
public readonly record struct MailboxId(long Key, string Name)
{
    /// <summary>Longer names are not shown: no server makes them, and an index row has its limits.</summary>
    public const int NameBytesMax = 1000;

    private const char Kind = 'm';

    public static bool TryKey(string? text, out long key) => IdText.TryKey(Kind, text, out key);

    public static string Text(long key) => IdText.Of(Kind, key);

    public static bool Fits(string name) => name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= NameBytesMax;

    public override string ToString() => Text(Key);
}
