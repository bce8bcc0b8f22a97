using System.Text.Json.Nodes;

namespace Webmail.Contacts.Cards;

/// <summary>One card of a file, or why it could not be read.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Card">A valid card with a uid; null if it could not be read.</param>
/// <param name="Problem">For people; null if it could be read.</param>
public sealed record ReadCard(int Line, JsonObject? Card, string? Problem)
{
    /// <summary>Checks what has been read. A card without a uid gets one from its content, so that a file read twice is the same cards.</summary>
    internal static ReadCard Of(int line, JsonObject card)
    {
        card["@type"] = "Card";
        card["version"] = "1.0";
        card["uid"] ??= CardUid.Of(card);
        return CardValidator.Validate(card) is { } problem ? new ReadCard(line, null, problem.ToString()) : new ReadCard(line, card, null);
    }
}
