using System.Buffers.Binary;
using System.Text;

namespace Webmail.Mail.Ids;

/// <summary>A message where it lies: mailbox, UIDVALIDITY and UID (RFC 3501 §2.3.1.1), which name its content for ever.</summary>
public readonly record struct EmailId(MailboxId Mailbox, uint Validity, uint Uid)
{
    private const char Kind = 'e';
    private const int NumbersBytes = 8;

    public static bool TryParse(string? text, out EmailId id)
    {
        id = default;
        if (text is not [Kind, .. var rest] || !IdText.TryDecode(rest, out var bytes)
            || bytes.Length <= NumbersBytes || bytes.Length > NumbersBytes + MailboxId.NameBytesMax)
        {
            return false;
        }

        var validity = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var uid = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(4));
        if (uid == 0 || !IdText.TryName(bytes.AsSpan(NumbersBytes), out var name))
        {
            return false;
        }

        id = new EmailId(new MailboxId(name), validity, uid);
        return true;
    }

    public override string ToString()
    {
        var bytes = new byte[NumbersBytes + Encoding.UTF8.GetByteCount(Mailbox.Name)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Validity);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), Uid);
        Encoding.UTF8.GetBytes(Mailbox.Name, bytes.AsSpan(NumbersBytes));
        return Kind + IdText.Encode(bytes);
    }
}
