using System.Text.Json.Nodes;
using Webmail.Contacts.Cards;

namespace Webmail.Contacts.VCards;

/// <summary>Files of vCards: read in versions 2.1, 3.0 and 4.0, written in 4.0 (RFC 6350, RFC 9554, RFC 9555).</summary>
public static class VCardFile
{
    private const int BeginningBytes = 256;

    /// <summary>Reads all cards of a file, in order. Never throws: a card that is broken says why.</summary>
    public static IEnumerable<ReadCard> Read(ReadOnlyMemory<byte> file) => VCardReader.Read(file).Select(vcard =>
        vcard.Problem is null ? ReadCard.Of(vcard.Line, CardFromVCard.Map(vcard)) : new ReadCard(vcard.Line, null, vcard.Problem));

    /// <summary>Whether a file begins as one of vCards does.</summary>
    public static bool IsLikely(ReadOnlySpan<byte> file) =>
        TextFile.Decode(file[..Math.Min(file.Length, BeginningBytes)]).AsSpan().TrimStart("\ufeff \t\r\n").StartsWith("BEGIN:VCARD", StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes cards as one file.</summary>
    /// <param name="cards">Valid cards; their media as "data:" or other URIs.</param>
    public static string Write(IEnumerable<JsonObject> cards)
    {
        ArgumentNullException.ThrowIfNull(cards);
        var writer = new VCardWriter();
        foreach (var card in cards)
        {
            CardToVCard.Write(card, writer);
        }

        return writer.ToString();
    }
}
