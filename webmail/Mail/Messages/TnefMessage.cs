using System.Text;
using MimeKit;
using MimeKit.Tnef;

namespace Webmail.Mail.Messages;

/// <summary>
/// Opens what Outlook sends as winmail.dat (TNEF, MS-OXTNEF) as the message it stands for. Anybody may have made it: it is read through first,
/// keeping nothing. A message in it is a file of the same kind, which is opened on its own.
/// </summary>
internal static class TnefMessage
{
    public const int AttachmentsMax = 500;

    private const int AttributesMax = 5000;
    private const int PropertiesMax = 20_000;

    /// <summary>Of a compressed text, which is up to nine times as large then.</summary>
    private const int RtfBytesMax = 2 * 1024 * 1024;

    // Before the library looks for them, once and for all.
    static TnefMessage() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>Whether it begins as such a file does; no message does.</summary>
    public static bool Is(ReadOnlySpan<byte> content) => content.StartsWith((ReadOnlySpan<byte>)[0x78, 0x9f, 0x3e, 0x22]);

    /// <summary>Null if it is broken or beyond the limits.</summary>
    public static MimeMessage? TryParse(ReadOnlyMemory<byte> content)
    {
        var bytes = content.ToArray();
        try
        {
            if (!IsWithinLimits(bytes))
            {
                return null;
            }

            var message = new TnefPart { Content = new MimeContent(new MemoryStream(bytes, false)) }.ConvertToMessage();
            RemoveRandom(message);
            return message;
        }
        catch (Exception broken) when (broken is FormatException or ArgumentException or IOException or InvalidOperationException or NotSupportedException)
        {
            return null;
        }
    }

    private static bool IsWithinLimits(byte[] content)
    {
        using var reader = new TnefReader(new MemoryStream(content, false), 0, TnefComplianceMode.Loose);
        var (attributes, attachments, properties) = (0, 0, 0);
        while (reader.ReadNextAttribute())
        {
            attachments += reader.AttributeTag == TnefAttributeTag.AttachRenderData ? 1 : 0;
            if (++attributes > AttributesMax || attachments > AttachmentsMax || reader.AttributeRawValueLength > content.Length)
            {
                return false;
            }

            var property = reader.TnefPropertyReader;
            if (reader.AttributeTag is not (TnefAttributeTag.MapiProperties or TnefAttributeTag.Attachment or TnefAttributeTag.RecipientTable))
            {
                continue;
            }

            do
            {
                while (property.ReadNextProperty())
                {
                    var isRtf = property.PropertyTag.Id == TnefPropertyId.RtfCompressed;
                    if (++properties > PropertiesMax || property.RawValueLength > (isRtf ? RtfBytesMax : content.Length))
                    {
                        return false;
                    }
                }
            }
            while (reader.AttributeTag == TnefAttributeTag.RecipientTable && ++properties <= PropertiesMax && property.ReadNextRow());
        }

        return true;
    }

    /// <summary>What is made up for a message without it must be the same on another backend.</summary>
    private static void RemoveRandom(MimeMessage message)
    {
        message.Headers.Remove(HeaderId.MessageId);
        var count = 0;
        var parts = new MimeIterator(message);
        while (parts.MoveNext())
        {
            if (parts.Current is Multipart multipart)
            {
                multipart.Boundary = $"tnef-{++count}";
            }
        }
    }
}
