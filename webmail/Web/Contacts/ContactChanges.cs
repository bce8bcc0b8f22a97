using Npgsql;
using NpgsqlTypes;
using Webmail.Web.Database;

namespace Webmail.Web.Contacts;

/// <summary>A view that changes: it counts, logs what is changed for Foo/changes, and forgets old changes at the end.</summary>
internal sealed class ContactChanges : ContactView
{
    private const string FirstBookName = "Contacts";
    private readonly List<(long Modified, ContactType Type, long Id, ChangeVerb Verb)> _log = [];
    private readonly DateTimeOffset _now;

    private ContactChanges(NpgsqlTransaction transaction, string account, ContactStates states, DateTimeOffset now)
        : base(transaction, account, states) => _now = now;

    /// <summary>The request's instant, to the second as cards state it.</summary>
    public DateTime Now => new(_now.UtcTicks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, DateTimeKind.Utc);

    /// <summary>Locks the account until the transaction ends, after making it with its default address book if it is new.</summary>
    public static async Task<ContactChanges> BeginAsync(NpgsqlTransaction transaction, string account, DateTimeOffset now)
    {
        const long First = 1;
        await using var make = transaction.Sql(
            """
            INSERT INTO contact_account (account, modified, books_state, cards_state, changes_from, default_book)
            VALUES ($1, $2, $2, $2, $2, $2) ON CONFLICT (account) DO NOTHING
            """,
            account,
            First);
        var made = await make.ExecuteNonQueryAsync() == 1;
        var states = (await StatesAsync(transaction, account, toChange: true))!;
        var changes = new ContactChanges(transaction, account, states, now);
        if (made)
        {
            await changes.RunAsync("INSERT INTO address_book VALUES ($1, $2, $3, NULL, 0, true)", First, FirstBookName);
        }

        return changes;
    }

    /// <summary>A new object is called by the number of the change that makes it.</summary>
    public long Create(ContactType type)
    {
        var id = States.Modified + 1;
        Log(type, id, ChangeVerb.Created);
        return id;
    }

    public void Update(ContactType type, long id) => Log(type, id, ChangeVerb.Updated);

    public void Destroy(ContactType type, long id) => Log(type, id, ChangeVerb.Destroyed);

    public void SetDefaultBook(long id) => States = States with { DefaultBook = id };

    public async Task EndAsync()
    {
        if (_log.Count == 0)
        {
            return;
        }

        await RunAsync(
            """
            INSERT INTO contact_change (account, modified, type, id, verb, changed)
            SELECT $1, one.modified, one.type, one.id, one.verb, $6 FROM unnest($2, $3, $4, $5) AS one (modified, type, id, verb)
            """,
            _log.Select(one => one.Modified).ToArray(),
            _log.Select(one => (short)one.Type).ToArray(),
            _log.Select(one => one.Id).ToArray(),
            _log.Select(one => (short)one.Verb).ToArray(),
            _now.UtcDateTime);
        await RunAsync(
            """
            WITH old AS (DELETE FROM contact_change WHERE account = $1 AND changed < $6 RETURNING modified)
            UPDATE contact_account SET modified = $2, books_state = $3, cards_state = $4, default_book = $5,
                changes_from = greatest(changes_from, (SELECT max(modified) FROM old))
            WHERE account = $1
            """,
            States.Modified,
            States.AddressBooks,
            States.Cards,
            States.DefaultBook,
            (_now - ContactLimits.ChangesLifetime).UtcDateTime);
    }

    private void Log(ContactType type, long id, ChangeVerb verb)
    {
        var modified = States.Modified + 1;
        _log.Add((modified, type, id, verb));
        States = type == ContactType.AddressBook
            ? States with { Modified = modified, AddressBooks = modified }
            : States with { Modified = modified, Cards = modified };
    }
}
