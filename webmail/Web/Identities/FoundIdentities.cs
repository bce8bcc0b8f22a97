using System.Globalization;
using Npgsql;
using Webmail.Web.Database;

namespace Webmail.Web.Identities;

/// <summary>All identities of an account, by number.</summary>
/// <param name="Modified">Counts changes; the state.</param>
/// <param name="ChangesFrom">The oldest state whose later changes are all known.</param>
/// <param name="Identities">Those that were destroyed, too, as far as they are remembered.</param>
internal sealed record FoundIdentities(long Modified, long ChangesFrom, Identity[] Identities)
{
    public string State() => Modified.ToString(CultureInfo.InvariantCulture);

    public IEnumerable<Identity> Live() => Identities.Where(identity => !identity.IsDestroyed);

    /// <param name="transaction">In which it is read.</param>
    /// <param name="account">Whose.</param>
    /// <param name="username">What the identity is called that everybody has.</param>
    /// <param name="toChange">Others wait until the transaction ends.</param>
    public static async Task<FoundIdentities> ReadAsync(NpgsqlTransaction transaction, string account, string username, bool toChange)
    {
        var (modified, changesFrom) = (0L, 0L);
        await using (var ask = transaction.Sql($"SELECT modified, changes_from FROM identity_account WHERE account = $1 {(toChange ? "FOR UPDATE" : "")}", account))
        await using (var row = await ask.ExecuteReaderAsync())
        {
            if (await row.ReadAsync())
            {
                (modified, changesFrom) = (row.GetInt64(0), row.GetInt64(1));
            }
        }

        var identities = new List<Identity>();
        await using var list = transaction.Sql($"SELECT {Identity.Columns} FROM identity WHERE account = $1 ORDER BY id", account);
        await using var rows = await list.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            identities.Add(Identity.Read(rows));
        }

        return new FoundIdentities(
            modified, changesFrom, identities is [{ Number: IdentityIds.Default }, ..] ? [.. identities] : [Identity.Default(username), .. identities]);
    }
}
