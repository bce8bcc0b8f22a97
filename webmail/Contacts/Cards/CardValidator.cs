using System.Text;
using System.Text.Json.Nodes;

namespace Webmail.Contacts.Cards;

/// <summary>
/// Says whether a card may be stored: within <see cref="CardLimits"/>, and with the known properties as RFC 9553 wants them.
/// Unknown properties may be there; they are kept as they are.
/// </summary>
public static class CardValidator
{
    /// <summary>The first problem, or null. "data:" URIs do not count: media are kept elsewhere.</summary>
    public static CardProblem? Validate(JsonObject card)
    {
        ArgumentNullException.ThrowIfNull(card);
        var bytes = 0;
        return Bounded(card, "", 0, ref bytes) ?? CardSchema.Card(card, "");
    }

    private static CardProblem? Bounded(JsonNode? node, string path, int depth, ref int bytes)
    {
        bytes += 8;
        if (depth > CardLimits.DepthMax)
        {
            return new CardProblem(path, $"must not be deeper than {CardLimits.DepthMax}");
        }

        switch (node)
        {
            case JsonObject fields:
                foreach (var (key, value) in fields)
                {
                    if (BoundedText(key, path, ref bytes) is { } wrong)
                    {
                        return wrong;
                    }

                    if (Bounded(value, path.Length == 0 ? key : $"{path}/{key}", depth + 1, ref bytes) is { } problem)
                    {
                        return problem;
                    }
                }

                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    if (Bounded(list[i], $"{path}/{i}", depth + 1, ref bytes) is { } problem)
                    {
                        return problem;
                    }
                }

                break;
            case JsonValue value:
                return BoundedValue(value, path, ref bytes);
        }

        return null;
    }

    private static CardProblem? BoundedValue(JsonValue value, string path, ref int bytes)
    {
        try
        {
            return value.TryGetValue<string>(out var text) && !CardMedia.IsData(text) ? BoundedText(text, path, ref bytes) : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, escaped: JSON allows it, Unicode does not.
            return new CardProblem(path, "must be Unicode text");
        }
    }

    private static CardProblem? BoundedText(string text, string path, ref int bytes)
    {
        bytes += Encoding.UTF8.GetByteCount(text);
        return text.Length > CardLimits.TextCharactersMax ? new CardProblem(path, $"must have at most {CardLimits.TextCharactersMax} characters")
            : text.Contains('\0', StringComparison.Ordinal) ? new CardProblem(path, "must not contain the character 0")
            : bytes > CardLimits.CardBytesMax ? new CardProblem(path, $"is too much: a card may have {CardLimits.CardBytesMax} bytes")
            : null;
    }
}
