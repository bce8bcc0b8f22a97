using Npgsql;
using Webmail.Web.Database;

namespace Webmail.Web.Contacts;

/// <summary>One account's contacts within one transaction.</summary>
internal class ContactView(NpgsqlTransaction transaction, string account, ContactStates states) : AccountView(transaction, account)
{
    public ContactStates States { get; protected set; } = states;

    /// <summary>The states of an account; null if it has not been opened yet.</summary>
    public static async Task<ContactStates?> StatesAsync(NpgsqlTransaction transaction, string account, bool toChange)
    {
        await using var command = transaction.Sql(
            $"SELECT modified, books_state, cards_state, changes_from, default_book FROM contact_account WHERE account = $1 {(toChange ? "FOR UPDATE" : "")}",
            account);
        await using var row = await command.ExecuteReaderAsync();
        return await row.ReadAsync()
            ? new ContactStates(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4))
            : null;
    }
}

/// <summary>Where an account's contacts stand.</summary>
/// <param name="Modified">Counts every change of the account; ids are taken from it, too.</param>
/// <param name="AddressBooks">The last change of an address book.</param>
/// <param name="Cards">The last change of a card.</param>
/// <param name="ChangesFrom">The oldest state whose later changes are all known.</param>
/// <param name="DefaultBook">The default address book.</param>
internal sealed record ContactStates(long Modified, long AddressBooks, long Cards, long ChangesFrom, long DefaultBook)
{
    public long Of(ContactType type) => type == ContactType.AddressBook ? AddressBooks : Cards;

    public string Text(ContactType type) => Of(type).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
