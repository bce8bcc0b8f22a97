using Npgsql;
using Webmail.Web.Database;

namespace Webmail.Web.Identities;

/// <summary>An account's identities within a transaction that changes them; others wait.</summary>
internal sealed class IdentityChanges
{
    private readonly NpgsqlTransaction _transaction;
    private readonly string _account;
    private readonly Dictionary<long, Identity> _identities;
    private long _modified;
    private long _changesFrom;

    private IdentityChanges(NpgsqlTransaction transaction, string account, FoundIdentities found)
    {
        (_transaction, _account, _modified, _changesFrom) = (transaction, account, found.Modified, found.ChangesFrom);
        _identities = found.Identities.ToDictionary(identity => identity.Number);
    }

    public FoundIdentities Now => new(_modified, _changesFrom, [.. _identities.Values.OrderBy(identity => identity.Number)]);

    public static async Task<IdentityChanges> BeginAsync(NpgsqlTransaction transaction, string account, string username)
    {
        await using var make = transaction.Sql("INSERT INTO identity_account VALUES ($1, 0, 0) ON CONFLICT (account) DO NOTHING", account);
        await make.ExecuteNonQueryAsync();
        return new IdentityChanges(transaction, account, await FoundIdentities.ReadAsync(transaction, account, username, toChange: true));
    }

    /// <summary>The number of the next identity.</summary>
    public long Next => _modified + 1;

    /// <summary>Null if there is none (any longer).</summary>
    public Identity? Find(string id) =>
        IdentityIds.TryParse(id, out var number) && _identities.GetValueOrDefault(number) is { IsDestroyed: false } found ? found : null;

    public async Task WriteAsync(Identity identity)
    {
        var written = identity with { Modified = ++_modified };
        await RunAsync(
            $"""
            INSERT INTO identity (account, {Identity.Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (account, id) DO UPDATE SET modified = $3, destroyed = $4, name = $5, reply_to = $6, bcc = $7, text_signature = $8, html_signature = $9
            """,
            [written.Number, written.Modified, written.IsDestroyed, .. written.Values()]);
        _identities[identity.Number] = written;
    }

    /// <summary>What it said is forgotten; that it was there is known for as long as /changes may tell.</summary>
    public Task DestroyAsync(Identity identity) => WriteAsync(new Identity(identity.Number, 0, true, "", null, null, "", ""));

    public async Task EndAsync()
    {
        var forgotten = _identities.Values.Where(identity => identity.IsDestroyed).OrderByDescending(identity => identity.Modified).Skip(IdentityLimits.DestroyedMax).ToList();
        _changesFrom = Math.Max(_changesFrom, forgotten.Select(identity => identity.Modified).DefaultIfEmpty().Max());
        await RunAsync("DELETE FROM identity WHERE account = $1 AND id = ANY($2)", forgotten.Select(identity => identity.Number).ToArray());
        await RunAsync("UPDATE identity_account SET modified = $2, changes_from = $3 WHERE account = $1", _modified, _changesFrom);
    }

    private async Task RunAsync(string sql, params object[] parameters)
    {
        await using var command = _transaction.Sql(sql, [_account, .. parameters]);
        await command.ExecuteNonQueryAsync();
    }
}
