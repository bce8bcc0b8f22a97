using MailKit;
using MimeKit;
using MimeKit.IO;

namespace Webmail.Mail.Messages;

/// <summary>A parsed message's structure as a mail server would tell it, so that both are sorted and shown by the same code.</summary>
internal static class MimeStructure
{
    /// <param name="entity">A body, or a part of one.</param>
    /// <param name="specifier">What IMAP calls it (RFC 3501 §6.4.5): empty for the whole body.</param>
    /// <param name="entities">Gets each part by its part id.</param>
    public static BodyPart Of(MimeEntity entity, string specifier, Dictionary<string, MimeEntity> entities)
    {
        if (entity is Multipart multipart)
        {
            entities[specifier] = entity;
            var whole = new BodyPartMultipart(entity.ContentType, specifier) { ContentDisposition = entity.ContentDisposition };
            for (var index = 0; index < multipart.Count; index++)
            {
                whole.BodyParts.Add(Of(multipart[index], specifier.Length == 0 ? $"{index + 1}" : $"{specifier}.{index + 1}", entities));
            }

            return whole;
        }

        var name = specifier.Length == 0 ? "1" : specifier;
        entities[name] = entity;
        return new BodyPartBasic(entity.ContentType, name)
        {
            ContentDisposition = entity.ContentDisposition,
            ContentId = entity.ContentId,
            ContentTransferEncoding = entity.Headers[HeaderId.ContentTransferEncoding],
            ContentLanguage = entity.Headers[HeaderId.ContentLanguage]?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            ContentLocation = entity.ContentLocation,
            Octets = Octets(entity),
        };
    }

    private static uint Octets(MimeEntity entity)
    {
        if (entity is MimePart part)
        {
            return checked((uint)(part.Content?.Stream?.Length ?? 0));
        }

        using var measure = new MeasuringStream();
        entity.WriteTo(LineEnds.Crlf, measure, contentOnly: true);
        return checked((uint)measure.Length);
    }
}
