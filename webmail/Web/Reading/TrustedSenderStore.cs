using System.Data;
using Npgsql;
using Webmail.Mail.Seams;
using Webmail.Web.Database;

namespace Webmail.Web.Reading;

/// <summary>An account's trusted senders; adding and removing may be repeated.</summary>
internal sealed class TrustedSenderStore(NpgsqlDataSource source)
{
    public const int SendersMax = 1000;

    /// <summary>In alphabetical order.</summary>
    public ValueTask<string[]> ReadAsync(MailAccount account, CancellationToken cancellationToken) =>
        account.Choices.ChooseAsync("trusted-senders", token => AskAsync(account.Id, token), cancellationToken);

    /// <summary>The same within a choice.</summary>
    public async ValueTask<string[]> AskAsync(string account, CancellationToken cancellationToken) =>
        [.. await source.ListAsync(
            """SELECT sender FROM trusted_sender WHERE account = $1 ORDER BY sender COLLATE "C" """, row => row.GetString(0), cancellationToken, account)];

    /// <summary>False if there are too many. Within effects only.</summary>
    public ValueTask<bool> AddAsync(string account, string sender, CancellationToken cancellationToken) =>
        source.TransactAsync(
            IsolationLevel.ReadCommitted,
            async transaction =>
            {
                await using var add = transaction.Sql(
                    """
                    INSERT INTO trusted_sender (account, sender)
                    SELECT $1, $2 WHERE (SELECT count(*) FROM trusted_sender WHERE account = $1) < $3 ON CONFLICT DO NOTHING
                    """,
                    account, sender, SendersMax);
                await add.ExecuteNonQueryAsync(cancellationToken);
                await using var look = transaction.Sql("SELECT EXISTS (SELECT FROM trusted_sender WHERE account = $1 AND sender = $2)", account, sender);
                return (bool)(await look.ExecuteScalarAsync(cancellationToken))!;
            },
            cancellationToken);

    /// <summary>Within effects only.</summary>
    public ValueTask<bool> RemoveAsync(string account, string sender, CancellationToken cancellationToken) =>
        source.AskAsync(
            "DELETE FROM trusted_sender WHERE account = $1 AND sender = $2",
            async command =>
            {
                command.Parameters.AddWithValue(account);
                command.Parameters.AddWithValue(sender);
                await command.ExecuteNonQueryAsync(cancellationToken);
                return true;
            },
            cancellationToken);
}
