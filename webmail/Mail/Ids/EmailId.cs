namespace Webmail.Mail.Ids;

/// <summary>A message: the key that stays with it wherever it is moved, and where it lies now (RFC 3501 §2.3.1.1).</summary>
/// <param name="Key">Given by the account's index.</param>
/// <param name="Mailbox">Where it lies.</param>
/// <param name="Validity">UIDVALIDITY of the mailbox when the message was seen there.</param>
/// <param name="Uid">Its UID in the mailbox.</param>
public readonly record struct EmailId(long Key, MailboxId Mailbox, uint Validity, uint Uid)
{
    private const char Kind = 'e';

    public static bool TryKey(ReadOnlySpan<char> text, out long key) => IdText.TryKey(Kind, text, out key);

    public static string Text(long key) => IdText.Of(Kind, key);

    public override string ToString() => Text(Key);
}
