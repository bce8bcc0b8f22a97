using System.Text.Json.Nodes;
using Npgsql;

namespace Webmail.Web.Contacts;

/// <summary>A card as it is stored.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Books">The address books it is in.</param>
/// <param name="Json">JSContact, without the properties that JMAP adds.</param>
internal sealed record CardRow(long Id, long[] Books, string Json)
{
    public const string Columns = "id, books, card";

    public static CardRow Read(NpgsqlDataReader row) => new(row.GetInt64(0), row.GetFieldValue<long[]>(1), row.GetString(2));

    public JsonObject Card() => (JsonObject)JsonNode.Parse(Json)!;

    /// <summary>As JMAP shows it (RFC 9610 §3).</summary>
    public JsonObject Describe()
    {
        var card = Card();
        card["id"] = ContactIds.OfCard(Id);
        card["addressBookIds"] = new JsonObject(Books.Select(book => KeyValuePair.Create(ContactIds.OfBook(book), (JsonNode?)true)));
        return card;
    }
}
