using System.Globalization;
using System.Text.Json.Nodes;
using Webmail.Contacts.Cards;
using Webmail.Web.Jmap;

namespace Webmail.Web.Contacts;

/// <summary>Writes cards within one change of an account.</summary>
/// <param name="changes">The change.</param>
/// <param name="resolve">What an id stands for that may name a creation.</param>
internal sealed class CardWriter(ContactChanges changes, Func<string, string> resolve)
{
    private const string Uid = "uid";
    private readonly MediaWriter _media = new(changes);
    private HashSet<long>? _books;
    private long? _count;

    /// <summary>Makes a card; its id.</summary>
    /// <exception cref="SetException">It is refused; nothing has been written.</exception>
    public async Task<string> CreateAsync(JsonObject card)
    {
        _count ??= (await changes.ListAsync(row => row.GetInt64(0), "SELECT count(*) FROM contact_card WHERE account = $1"))[0];
        if (_count >= ContactLimits.CardsMax)
        {
            throw new SetException("overQuota", $"An account holds at most {ContactLimits.CardsMax} cards.");
        }

        var id = changes.States.Modified + 1;
        card["@type"] ??= "Card";
        card["version"] ??= "1.0";
        // Derived from what no other card shares, so that nothing random is needed.
        card[Uid] ??= CardUid.Of(string.Create(CultureInfo.InvariantCulture, $"{changes.Account} {id} {changes.Now.Ticks}"));
        card["created"] ??= UtcText.Of(changes.Now);
        await WriteAsync(
            id,
            card,
            """
            INSERT INTO contact_card (account, id, uid, kind, books, members, media, created, updated, given, surname, surname2, words, card)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::jsonb, $14::jsonb)
            """);
        changes.Create(ContactType.Card);
        _count++;
        return ContactIds.OfCard(id);
    }

    /// <summary>Puts a changed card in the place of what it was.</summary>
    public async Task ReplaceAsync(long id, JsonObject card)
    {
        card["created"] ??= UtcText.Of(changes.Now);
        await WriteAsync(
            id,
            card,
            """
            UPDATE contact_card SET uid = $3, kind = $4, books = $5, members = $6, media = $7, created = $8, updated = $9,
                given = $10, surname = $11, surname2 = $12, words = $13::jsonb, card = $14::jsonb
            WHERE account = $1 AND id = $2
            """);
        changes.Update(ContactType.Card, id);
    }

    /// <summary>False if there is no such card.</summary>
    public async Task<bool> DestroyAsync(long id)
    {
        if (await changes.RunAsync("DELETE FROM contact_card WHERE account = $1 AND id = $2", id) == 0)
        {
            return false;
        }

        changes.Destroy(ContactType.Card, id);
        _count--;
        return true;
    }

    public async Task<CardRow?> FindAsync(string id) =>
        ContactIds.TryParseCard(id, out var number)
        && await changes.ListAsync(CardRow.Read, $"SELECT {CardRow.Columns} FROM contact_card WHERE account = $1 AND id = $2", number) is [var found]
            ? found
            : null;

    public async Task<CardRow?> FindByUidAsync(string uid) =>
        await changes.ListAsync(CardRow.Read, $"SELECT {CardRow.Columns} FROM contact_card WHERE account = $1 AND uid = $2", uid) is [var found] ? found : null;

    private async Task WriteAsync(long id, JsonObject card, string sql)
    {
        var books = await BooksAsync(card);
        card.Remove("addressBookIds");
        card["updated"] = UtcText.Of(changes.Now);
        if (CardValidator.Validate(card) is { } problem)
        {
            throw new SetException("invalidProperties", $"{problem}.", problem.Property.Split('/')[0]);
        }

        var uid = (string)card[Uid]!;
        if (await FindByUidAsync(uid) is { } other && other.Id != id)
        {
            throw new SetException("invalidProperties", $"The card {ContactIds.OfCard(other.Id)} has this uid already.", Uid);
        }

        var media = await _media.StoreAsync(card);
        await changes.RunAsync(
            sql,
            id,
            uid,
            JmapCall.AsText(card["kind"]) ?? "individual",
            books,
            (card["members"] as JsonObject ?? []).Select(member => member.Key).ToArray(),
            media,
            Time(card, "created"),
            Time(card, "updated"),
            CardWords.SortKey(card, "given"),
            CardWords.SortKey(card, "surname"),
            CardWords.SortKey(card, "surname2"),
            CardWords.Of(card).ToJsonString(),
            card.ToJsonString());
        card["addressBookIds"] = new JsonObject(books.Select(book => KeyValuePair.Create(ContactIds.OfBook(book), (JsonNode?)true)));
    }

    private async Task<long[]> BooksAsync(JsonObject card)
    {
        _books ??= [.. await changes.ListAsync(row => row.GetInt64(0), "SELECT id FROM address_book WHERE account = $1")];
        var named = card["addressBookIds"] as JsonObject ?? throw Invalid("addressBookIds must be an object.");
        var books = named.Select(pair =>
            pair.Value?.GetValueKind() is not System.Text.Json.JsonValueKind.True ? throw Invalid("addressBookIds may have the value true only.")
            : ContactIds.TryParseBook(resolve(pair.Key), out var book) && _books.Contains(book) ? book
            : throw Invalid($"There is no address book {pair.Key}.")).Distinct().Order().ToArray();
        return books.Length is > 0 and <= ContactLimits.AddressBooksPerCardMax
            ? books
            : throw Invalid($"A card is in at least one and at most {ContactLimits.AddressBooksPerCardMax} address books.");

        static SetException Invalid(string description) => new("invalidProperties", description, "addressBookIds");
    }

    private static DateTime Time(JsonObject card, string property) =>
        UtcText.TryParse((string)card[property]!, out var time) ? time : throw new InvalidOperationException($"{property} has been validated");
}
