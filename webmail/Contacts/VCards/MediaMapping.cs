using System.Text.Json.Nodes;
using Webmail.Contacts.Cards;

namespace Webmail.Contacts.VCards;

/// <summary>PHOTO, LOGO and SOUND: base64 of vCard 2.1 and 3.0, "data:" and other URIs of 4.0.</summary>
internal static class MediaMapping
{
    /// <summary>A picture that is too large, or that no browser knows, is left out: it is no reason to refuse the card.</summary>
    public static bool Add(CardBuilder card, VCardLine line, string kind)
    {
        var uri = line.IsBase64 ? Uri(line) : line.Text.Trim();
        if (!CardMedia.IsData(uri))
        {
            return uri.Length == 0 || card.Add("media", line, new JsonObject { ["kind"] = kind, ["uri"] = uri }) is not null;
        }

        if (CardMedia.Parse(uri) is { } media && (kind == "sound" || CardMedia.ImageType(media.Content.Span) is not null))
        {
            var type = CardMedia.ImageType(media.Content.Span) ?? media.Type;
            card.Add("media", line, new JsonObject { ["kind"] = kind, ["uri"] = (media with { Type = type }).ToUri(), ["mediaType"] = type });
        }

        return true;
    }

    private static string Uri(VCardLine line)
    {
        var kind = line.Name == "SOUND" ? "audio" : "image";
        var type = line.Types.FirstOrDefault(type => type.All(char.IsAsciiLetterOrDigit)) ?? "unknown";
        return $"data:{kind}/{type};base64,{string.Concat(line.Value.Where(character => !char.IsWhiteSpace(character)))}";
    }
}
