using Npgsql;
using Webmail.Mail.Sieve.Scripts;
using Webmail.Web.Database;

namespace Webmail.Web.Scripts;

/// <summary>Keeps the ids of renamed scripts in the database.</summary>
internal sealed class ScriptIds(NpgsqlDataSource source) : IScriptIds
{
    public async ValueTask<IReadOnlyDictionary<string, string>> ReadAsync(string accountId, CancellationToken cancellationToken) =>
        (await source.ListAsync(
            "SELECT name, id FROM sieve_script WHERE account = $1", row => KeyValuePair.Create(row.GetString(0), row.GetString(1)), cancellationToken, accountId))
        .ToDictionary(StringComparer.Ordinal);

    public async ValueTask NoteAsync(string accountId, string id, string name, CancellationToken cancellationToken) =>
        await ChangeAsync(
            """
            WITH old AS (DELETE FROM sieve_script WHERE account = $1 AND id = $2 AND name <> $3)
            INSERT INTO sieve_script (account, id, name) VALUES ($1, $2, $3) ON CONFLICT (account, name) DO UPDATE SET id = excluded.id
            """,
            [accountId, id, name],
            cancellationToken);

    public async ValueTask ForgetAsync(string accountId, string id, CancellationToken cancellationToken) =>
        await ChangeAsync("DELETE FROM sieve_script WHERE account = $1 AND id = $2", [accountId, id], cancellationToken);

    private ValueTask<int> ChangeAsync(string sql, string[] values, CancellationToken cancellationToken) =>
        source.AskAsync(
            sql,
            command =>
            {
                foreach (var value in values)
                {
                    command.Parameters.AddWithValue(value);
                }

                return command.ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);
}
