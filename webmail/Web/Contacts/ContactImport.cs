using System.Text.Json.Nodes;
using Webmail.Contacts.Cards;
using Webmail.Contacts.Csv;
using Webmail.Contacts.VCards;
using Webmail.Mail.Seams;
using Webmail.Web.Jmap;

namespace Webmail.Web.Contacts;

/// <summary>A card that was not imported.</summary>
internal sealed record ImportFailure(int Line, string Reason);

/// <summary>What an import did.</summary>
/// <param name="IsThere">Whether the address book is there.</param>
/// <param name="Created">New cards.</param>
/// <param name="Merged">Cards that were there under the same uid, and have what the file says about them now.</param>
/// <param name="Failed">Cards that were not imported.</param>
/// <param name="Failures">The first of them.</param>
internal sealed record ImportOutcome(bool IsThere, int Created, int Merged, int Failed, IReadOnlyList<ImportFailure> Failures);

/// <summary>Puts the cards of a file into an address book: the whole file is one effect.</summary>
internal sealed class ContactImport(ContactStore contacts)
{
    private const int CardsMax = ContactLimits.CardsMax;
    private const int FailuresMax = 200;

    public ValueTask<ImportOutcome> RunAsync(
        MailAccount account, string? addressBook, string? mediaType, ReadOnlyMemory<byte> file, CancellationToken cancellationToken) =>
        contacts.ChangeAsync(
            account,
            "contacts.import",
            async changes => await ContactExport.BookAsync(changes, addressBook) is { } book
                ? await RunAsync(new CardWriter(changes, id => id), ContactIds.OfBook(book), Read(mediaType, file))
                : new ImportOutcome(false, 0, 0, 0, []),
            cancellationToken);

    /// <summary>What the file says it is, unless its first word says otherwise: browsers know CSV by many names.</summary>
    private static IEnumerable<ReadCard> Read(string? mediaType, ReadOnlyMemory<byte> file) =>
        mediaType is "text/vcard" or "text/x-vcard" or "text/directory" || VCardFile.IsLikely(file.Span) ? VCardFile.Read(file) : CsvFile.Read(file);

    private static async Task<ImportOutcome> RunAsync(CardWriter writer, string book, IEnumerable<ReadCard> cards)
    {
        var (created, merged, failed) = (0, 0, 0);
        var failures = new List<ImportFailure>();
        foreach (var (line, card, problem) in cards)
        {
            try
            {
                if (created + merged + failed >= CardsMax)
                {
                    throw new SetException("overQuota", $"A file has at most {CardsMax} cards.");
                }

                if (card is null)
                {
                    throw new SetException("invalidProperties", $"The card {problem}.");
                }

                if (await MergeAsync(writer, book, card))
                {
                    merged++;
                }
                else
                {
                    created++;
                }
            }
            catch (SetException refusal)
            {
                failed++;
                if (failures.Count < FailuresMax)
                {
                    failures.Add(new ImportFailure(line, refusal.Message));
                }

                if (refusal.Error.Type == "overQuota")
                {
                    // The rest would fare no better.
                    break;
                }
            }
        }

        return new ImportOutcome(true, created, merged, failed, failures);
    }

    /// <summary>True if there was a card with this uid; what the file does not speak of stays as it was.</summary>
    private static async Task<bool> MergeAsync(CardWriter writer, string book, JsonObject card)
    {
        if (await writer.FindByUidAsync((string)card["uid"]!) is not { } row)
        {
            card["addressBookIds"] = new JsonObject { [book] = true };
            await writer.CreateAsync(card);
            return false;
        }

        var merged = row.Describe();
        merged.Remove("id");
        foreach (var (property, value) in card)
        {
            merged[property] = value?.DeepClone();
        }

        merged["addressBookIds"]![book] = true;
        await writer.ReplaceAsync(row.Id, merged);
        return true;
    }
}
