using System.Text.Json.Nodes;
using Webmail.Web.Contacts;

namespace Webmail.Web.Jmap.Methods.Contacts;

/// <summary>Writes address books within one change of an account.</summary>
internal sealed class AddressBookWriter(ContactChanges changes)
{
    private static readonly AddressBook Default = new(0, "", null, 0, true);

    public async Task<JsonObject> CreateAsync(JsonNode? fields)
    {
        var sent = fields as JsonObject ?? throw new SetException("invalidProperties", "An address book is an object.");
        var before = AddressBookJson.Describe(Default, defaultBook: -1);
        before["id"] = null;
        var wanted = (JsonObject)before.DeepClone();
        foreach (var (property, value) in sent)
        {
            wanted[property] = value?.DeepClone();
        }

        var book = AddressBookJson.Read(wanted, before);
        var count = await changes.ListAsync(row => row.GetInt64(0), "SELECT count(*) FROM address_book WHERE account = $1");
        if (count[0] >= ContactLimits.AddressBooksMax)
        {
            throw new SetException("overQuota", $"An account has at most {ContactLimits.AddressBooksMax} address books.");
        }

        book = book with { Id = changes.Create(ContactType.AddressBook) };
        await WriteAsync("INSERT INTO address_book (account, id, name, description, sort_order, is_subscribed) VALUES ($1, $2, $3, $4, $5, $6)", book);
        var made = AddressBookJson.Describe(book, changes.States.DefaultBook);
        foreach (var property in sent.Select(field => field.Key).Append("name"))
        {
            made.Remove(property);
        }

        return made;
    }

    public async Task<JsonObject?> UpdateAsync(string id, JsonNode? patch)
    {
        var found = await FindAsync(id);
        var before = AddressBookJson.Describe(found, changes.States.DefaultBook);
        var wanted = (JsonObject)before.DeepClone();
        PatchObject.Apply(wanted, patch);
        // What is set to null, or removed, is what it would be by default (RFC 8620 §5.3).
        wanted["sortOrder"] ??= Default.SortOrder;
        wanted["isSubscribed"] ??= Default.IsSubscribed;
        await WriteAsync(
            "UPDATE address_book SET name = $3, description = $4, sort_order = $5, is_subscribed = $6 WHERE account = $1 AND id = $2",
            AddressBookJson.Read(wanted, before) with { Id = found.Id });
        changes.Update(ContactType.AddressBook, found.Id);
        return null;
    }

    public async Task DestroyAsync(string id, bool removeContents)
    {
        var book = (await FindAsync(id)).Id;
        if (book == changes.States.DefaultBook)
        {
            throw new SetException("forbidden", "This is the default address book; make another one the default first.");
        }

        var cards = await changes.ListAsync(CardRow.Read, $"SELECT {CardRow.Columns} FROM contact_card WHERE account = $1 AND $2 = ANY(books)", book);
        if (cards.Count > 0 && !removeContents)
        {
            throw new SetException("addressBookHasContents", $"There are {cards.Count} cards in it.");
        }

        await changes.RunAsync("DELETE FROM contact_card WHERE account = $1 AND books = ARRAY[$2]", book);
        await changes.RunAsync("UPDATE contact_card SET books = array_remove(books, $2) WHERE account = $1 AND $2 = ANY(books)", book);
        foreach (var card in cards)
        {
            if (card.Books.Length == 1)
            {
                changes.Destroy(ContactType.Card, card.Id);
            }
            else
            {
                changes.Update(ContactType.Card, card.Id);
            }
        }

        await changes.RunAsync("DELETE FROM address_book WHERE account = $1 AND id = $2", book);
        changes.Destroy(ContactType.AddressBook, book);
    }

    /// <summary>The id of the address book that was the default; null if nothing changes.</summary>
    public async Task<string?> SetDefaultAsync(string id)
    {
        var before = changes.States.DefaultBook;
        if (!ContactIds.TryParseBook(id, out var book) || book == before || await BooksAsync(book) is [])
        {
            return null;
        }

        changes.SetDefaultBook(book);
        changes.Update(ContactType.AddressBook, before);
        changes.Update(ContactType.AddressBook, book);
        return ContactIds.OfBook(before);
    }

    private async Task<AddressBook> FindAsync(string id) =>
        ContactIds.TryParseBook(id, out var number) && await BooksAsync(number) is [var book]
            ? book
            : throw new SetException("notFound", $"There is no address book {id}.");

    private Task<List<AddressBook>> BooksAsync(long number) =>
        changes.ListAsync(AddressBook.Read, $"SELECT {AddressBook.Columns} FROM address_book WHERE account = $1 AND id = $2", number);

    private Task<int> WriteAsync(string sql, AddressBook book) =>
        changes.RunAsync(sql, book.Id, book.Name, (object?)book.Description ?? DBNull.Value, book.SortOrder, book.IsSubscribed);
}
