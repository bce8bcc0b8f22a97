using Npgsql;
using Webmail.Web.Database;

namespace Webmail.Web.Contacts;

/// <summary>One account's contacts within one transaction: nobody else's rows can be seen through it.</summary>
internal class ContactView(NpgsqlTransaction transaction, string account, ContactStates states)
{
    public string Account => account;

    public ContactStates States { get; protected set; } = states;

    protected NpgsqlTransaction Transaction => transaction;

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

    /// <summary>A statement whose $1 is the account.</summary>
    public NpgsqlCommand Sql(string sql, params ReadOnlySpan<object> parameters) => transaction.Sql(sql, [account, .. parameters]);

    public async Task<List<T>> ListAsync<T>(Func<NpgsqlDataReader, T> read, string sql, params object[] parameters)
    {
        await using var command = Sql(sql, parameters);
        await using var rows = await command.ExecuteReaderAsync();
        var list = new List<T>();
        while (await rows.ReadAsync())
        {
            list.Add(read(rows));
        }

        return list;
    }

    public async Task<int> RunAsync(string sql, params object[] parameters)
    {
        await using var command = Sql(sql, parameters);
        return await command.ExecuteNonQueryAsync();
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
