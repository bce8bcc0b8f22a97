using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Webmail.Mail.Caching;
using Webmail.Mail.Ids;
using Webmail.Mail.Messages;
using Webmail.Web.Database;

namespace Webmail.Web.Index;

/// <summary>Reads the index. States are read before the rows they stand for: what comes in between is told once more.</summary>
internal sealed class IndexReader(NpgsqlDataSource source, ReadCache cache)
{
    private const int PageBytes = 300;
    private const string EmailColumns =
        """
        e.id, e.thread, e.size, e.received, e.keywords, e.has_attachment, e.preview, e.envelope, e.uid, m.id, m.name, m.seen_validity
        FROM email e JOIN mailbox m ON m.account = e.account AND m.id = e.mailbox
        """;

    public async Task<long> StateAsync(string account, CancellationToken cancellationToken) =>
        (await ListAsync("SELECT modified FROM mail_index WHERE account = $1", row => row.GetInt64(0), cancellationToken, account)).FirstOrDefault();

    public async Task<MailboxRow[]> MailboxesAsync(string account, CancellationToken cancellationToken) =>
        [.. await ListAsync($"SELECT {MailboxRow.Columns} FROM mailbox WHERE account = $1 ORDER BY name", MailboxRow.Read, cancellationToken, account)];

    public async Task<MailboxRow?> MailboxAsync(string account, long id, CancellationToken cancellationToken) =>
        (await ListAsync($"SELECT {MailboxRow.Columns} FROM mailbox WHERE account = $1 AND id = $2", MailboxRow.Read, cancellationToken, account, id)).FirstOrDefault();

    /// <param name="account">Whose.</param>
    /// <param name="state">The account's state, read before: what has been read at this state once is known.</param>
    /// <param name="ids">Which.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Email[]> EmailsAsync(string account, long state, IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        var found = new List<Email>();
        var missing = new List<long>();
        foreach (var id in ids)
        {
            if (cache.Find<Email>((account, state, id)) is { } known)
            {
                found.Add(known);
            }
            else
            {
                missing.Add(id);
            }
        }

        if (missing.Count > 0)
        {
            var read = await ListAsync($"SELECT {EmailColumns} WHERE e.account = $1 AND e.id = ANY($2)", ReadEmail, cancellationToken, account, missing.ToArray());
            Remember(account, state, read);
            found.AddRange(read);
        }

        return [.. found];
    }

    public void Remember(string account, long state, IEnumerable<Email> emails)
    {
        foreach (var email in emails)
        {
            cache.Put((account, state, email.Id.Key), email, EmailText.Bytes(email));
        }
    }

    /// <summary>Ids of messages, in order, as the query gives them at this state.</summary>
    public async Task<long[]> PageAsync(string account, long state, string sql, IReadOnlyList<object> parameters, CancellationToken cancellationToken) =>
        await cache.GetAsync<long[]>(
            (account, state, sql, JsonSerializer.Serialize(parameters)),
            page => PageBytes + (sizeof(long) * page.Length) + sql.Length,
            async () => [.. await ListAsync(sql, row => row.GetInt64(0), cancellationToken, [.. parameters])]);

    /// <summary>The key of the message that lies there.</summary>
    public async Task<Email?> EmailAtAsync(string account, long mailbox, uint uid, CancellationToken cancellationToken) =>
        (await ListAsync(
            $"SELECT {EmailColumns} WHERE e.account = $1 AND e.mailbox = $2 AND e.uid = $3", ReadEmail, cancellationToken, account, mailbox, (long)uid)).FirstOrDefault();

    public async Task<Dictionary<uint, long>> KeysAsync(string account, long mailbox, IReadOnlyCollection<uint> uids, CancellationToken cancellationToken) =>
        (await ListAsync(
            "SELECT uid, id FROM email WHERE account = $1 AND mailbox = $2 AND uid = ANY($3)",
            row => KeyValuePair.Create((uint)row.GetInt64(0), row.GetInt64(1)),
            cancellationToken,
            account,
            mailbox,
            uids.Select(uid => (long)uid).ToArray())).ToDictionary();

    /// <summary>The messages of each conversation, oldest first (RFC 8621 §3).</summary>
    public async Task<ILookup<long, long>> ThreadsAsync(string account, IReadOnlyCollection<long> threads, CancellationToken cancellationToken) =>
        (await ListAsync(
            "SELECT thread, id FROM email WHERE account = $1 AND thread = ANY($2) ORDER BY received, id",
            row => (Thread: row.GetInt64(0), Id: row.GetInt64(1)),
            cancellationToken,
            account,
            threads.ToArray())).ToLookup(row => row.Thread, row => row.Id);

    /// <summary>The messages' keys, with other live messages that have the same fingerprint elsewhere: they may be about to vanish there.</summary>
    public async Task<long[]> MailboxesWithAsync(string account, long except, IReadOnlyCollection<long> fingerprints, CancellationToken cancellationToken) =>
        [.. await ListAsync(
            "SELECT DISTINCT mailbox FROM email WHERE account = $1 AND mailbox <> $2 AND fingerprint = ANY($3)",
            row => row.GetInt64(0),
            cancellationToken,
            account,
            except,
            fingerprints.ToArray())];

    public ValueTask<List<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object[] parameters) =>
        source.ListAsync(sql, read, cancellationToken, parameters);

    /// <summary>What was read of the mail server for a list; it stays with the message.</summary>
    public async Task SavePreviewsAsync(string account, IReadOnlyCollection<Email> emails, CancellationToken cancellationToken) =>
        await source.AskAsync(
            """
            UPDATE email SET preview = one.preview, has_attachment = one.attachment FROM unnest($2, $3, $4) AS one (id, preview, attachment)
            WHERE account = $1 AND email.id = one.id
            """,
            async command =>
            {
                command.Parameters.AddWithValue(account);
                command.Parameters.AddWithValue(emails.Select(email => email.Id.Key).ToArray());
                command.Parameters.AddWithValue(NpgsqlDbType.Array | NpgsqlDbType.Text, emails.Select(email => email.Preview ?? "").ToArray());
                command.Parameters.AddWithValue(emails.Select(email => email.HasAttachment).ToArray());
                return await command.ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);

    private static Email ReadEmail(NpgsqlDataReader row)
    {
        var id = new EmailId(row.GetInt64(0), new MailboxId(row.GetInt64(9), row.GetString(10)), (uint)row.GetInt64(11), (uint)row.GetInt64(8));
        return new Email(
            id,
            row.GetInt64(1),
            row.GetInt64(2),
            row.GetDateTime(3),
            row.GetFieldValue<string[]>(4),
            row.GetBoolean(5),
            row.IsDBNull(6) ? null : row.GetString(6),
            JsonSerializer.Deserialize<EmailEnvelope>(row.GetString(7), JsonSerializerOptions.Web)!,
            EmailBody.Empty,
            []);
    }
}
