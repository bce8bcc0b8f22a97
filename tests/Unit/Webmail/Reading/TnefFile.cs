using System.Buffers.Binary;
using System.Text;

namespace Tests.Unit.Webmail.Reading;

/// <summary>Writes winmail.dat as Outlook does (MS-OXTNEF), and as others would.</summary>
internal sealed class TnefFile
{
    private readonly List<byte> _content = [0x78, 0x9f, 0x3e, 0x22, 1, 0];

    public byte[] Bytes => [.. _content];

    public static byte[] Typical() => new TnefFile()
        .Message(Property(0x0037, 0x1f, Encoding.Unicode.GetBytes("Minutes\0")), Property(0x1013, 0x102, "<p>Body in <b>HTML</b><script>no()</script></p>"u8.ToArray()))
        .Attach("notes.txt", "The notes."u8.ToArray())
        .Attach("Grüße.pdf", "%PDF"u8.ToArray())
        .Bytes;

    /// <summary>Properties of the message (attMsgProps).</summary>
    public TnefFile Message(params byte[][] properties) => Attribute(1, 0x00069003, Properties(properties));

    public TnefFile Attach(string name, byte[] content) => Attribute(2, 0x00069002, new byte[14])
        .Attribute(2, 0x0006800f, content)
        .Attribute(2, 0x00069005, Properties([Property(0x3707, 0x1f, Encoding.Unicode.GetBytes(name + '\0'))]));

    /// <summary>A message in the message (PR_ATTACH_DATA_OBJ).</summary>
    public TnefFile AttachMessage(byte[] inner) => Attribute(2, 0x00069002, new byte[14])
        .Attribute(2, 0x00069005, Properties(
        [
            Property(0x3705, 0x03, Int32(5)),
            Property(0x3701, 0x0d, [.. new Guid("00020307-0000-0000-C000-000000000046").ToByteArray(), .. inner]),
        ]));

    public TnefFile Attribute(byte level, uint tag, byte[] value, int? length = null)
    {
        var sum = value.Aggregate(0, (sum, one) => (sum + one) & 0xffff);
        _content.AddRange([level, .. Int32((int)tag), .. Int32(length ?? value.Length), .. value, (byte)sum, (byte)(sum >> 8)]);
        return this;
    }

    /// <param name="id">Of the property.</param>
    /// <param name="type">As in a property tag.</param>
    /// <param name="value">Its bytes.</param>
    /// <param name="length">What is said of a variable one; null for the truth.</param>
    public static byte[] Property(ushort id, ushort type, byte[] value, int? length = null)
    {
        byte[] tag = [(byte)type, (byte)(type >> 8), (byte)id, (byte)(id >> 8)];
        return type == 0x03
            ? [.. tag, .. value]
            : [.. tag, .. Int32(1), .. Int32(length ?? value.Length), .. value, .. new byte[(4 - (value.Length & 3)) & 3]];
    }

    public static byte[] Properties(byte[][] properties, int? count = null) => [.. Int32(count ?? properties.Length), .. properties.SelectMany(one => one)];

    public static byte[] Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
