using System.Text;
using System.Text.Json.Nodes;
using Splice.Hooks;
using Webmail.Contacts.Cards;
using Webmail.Contacts.Csv;
using Webmail.Contacts.VCards;
using Webmail.Mail.Seams;
using Webmail.Web.Blobs;
using Webmail.Web.Jmap;
using Webmail.Web.Journal;

namespace Webmail.Web.Contacts;

/// <summary>
/// Makes a file of an address book. The file is stored like an upload and read back: so it is the same on every backend,
/// and the journal holds its hash instead of its content.
/// </summary>
internal sealed class ContactExport(ContactStore contacts, UploadStore uploads)
{
    public const string VCardType = "text/vcard; charset=utf-8";
    public const string CsvType = "text/csv; charset=utf-8";

    /// <summary>Null if there is no such address book.</summary>
    public async Task<ReadOnlyMemory<byte>?> RunAsync(
        MailAccount account, IJournal journal, string? addressBook, bool asCsv, CancellationToken cancellationToken)
    {
        var found = await contacts.ReadAsync(account, "contacts.book", async view => new Found(await BookAsync(view, addressBook)), cancellationToken);
        if (found.Book is not { } book)
        {
            return null;
        }

        var id = new UploadId(journal.Entropy.NewGuid());
        await journal.PerformAsync(
            "contacts.export",
            new RepeatableEffect<bool>(async token =>
            {
                var cards = await contacts.ViewAsync(account.Id, view => ReadAsync(view, book, !asCsv), token) ?? [];
                var text = asCsv ? CsvFile.Write(cards) : VCardFile.Write(cards);
                return await uploads.AddAsync(
                    account.Id, id, asCsv ? "text/csv" : "text/vcard", Encoding.UTF8.GetBytes(text), account.Time.GetUtcNow(), token);
            }),
            cancellationToken);
        return (await uploads.FindAsync(account, id, cancellationToken))?.Content;
    }

    /// <summary>The number of an address book that is there.</summary>
    /// <param name="view">The account's contacts.</param>
    /// <param name="id">Null for the default one.</param>
    public static async Task<long?> BookAsync(ContactView view, string? id) =>
        ContactIds.TryParseBook(id ?? ContactIds.OfBook(view.States.DefaultBook), out var book)
        && await view.ListAsync(row => row.GetInt64(0), "SELECT id FROM address_book WHERE account = $1 AND id = $2", book) is [_]
            ? book
            : null;

    private static async Task<IReadOnlyList<JsonObject>?> ReadAsync(ContactView view, long book, bool withMedia)
    {
        var rows = await view.ListAsync(
            CardRow.Read, $"SELECT {CardRow.Columns} FROM contact_card WHERE account = $1 AND $2 = ANY(books) ORDER BY surname, given, id", book);
        List<JsonObject> cards = [.. rows.Select(row => row.Card())];
        if (withMedia)
        {
            await InlineAsync(view, cards);
        }

        return cards;
    }

    /// <summary>Puts the content of photos in the place of their blob ids: a file has to hold everything.</summary>
    private static async Task InlineAsync(ContactView view, IEnumerable<JsonObject> cards)
    {
        foreach (var item in cards.SelectMany(card => card["media"] as JsonObject ?? []).Select(pair => pair.Value).OfType<JsonObject>())
        {
            if (ContactIds.TryParseMedia(JmapCall.AsText(item["blobId"]), out var hash)
                && await view.ListAsync(
                    row => new CardMedia(row.GetString(0), row.GetFieldValue<byte[]>(1)),
                    "SELECT media_type, content FROM contact_media WHERE account = $1 AND hash = $2", hash) is [var media])
            {
                item["uri"] = media.ToUri();
                item.Remove("blobId");
            }
        }
    }

    private sealed record Found(long? Book);
}
