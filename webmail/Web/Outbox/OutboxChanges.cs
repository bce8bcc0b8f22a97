using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Webmail.Mail.Seams;
using Webmail.Web.Database;
using Webmail.Web.Drafts;
using Webmail.Web.Jmap;
using Webmail.Web.Reading;

namespace Webmail.Web.Outbox;

/// <summary>A view that changes: what a person does to his submissions, under the account's lock. Executors are told at the end.</summary>
internal sealed class OutboxChanges : OutboxView
{
    /// <summary>What executors listen to.</summary>
    public const string Channel = "outbox";

    private const string Done = "due IS NULL AND content IS NULL";
    private const int ExpiredMax = 100;

    private readonly MailAccount _mail;
    private readonly OutboxKey _key;

    private OutboxChanges(NpgsqlTransaction transaction, MailAccount account, AccountStates states, OutboxKey key)
        : base(transaction, account.Id, states) => (_mail, _key) = (account, key);

    public static async Task<OutboxChanges> BeginAsync(NpgsqlTransaction transaction, MailAccount account, OutboxKey key) =>
        new(transaction, account, await LockAsync(transaction, account.Id, Table), key);

    /// <summary>The same submission if it has been made before.</summary>
    public async Task<Submission?> FindAsync(NewSubmission wanted) =>
        KeyOf(wanted, wanted.MessageId) is { } key
        && await ListAsync(Submission.Read, $"SELECT {Submission.Columns} FROM outbox WHERE account = $1 AND key = $2", key) is [var found] ? found : null;

    /// <summary>The account's drafts in the same transaction: a draft that is sent is none any longer.</summary>
    public Task<DraftChanges> DraftsAsync() => DraftChanges.BeginAsync(Transaction, _mail, _key);

    /// <summary>Remembers in the same transaction that a list was left, by this submission.</summary>
    public Task<Unsubscription> UnsubscribeAsync(string list, long submission) => UnsubscriptionStore.RememberAsync(Transaction, Account, list, submission);

    /// <summary>Puts the message itself into the outbox: from here on it is sent whatever becomes of the draft.</summary>
    public async Task<Submission> AddAsync(NewSubmission wanted, byte[] content)
    {
        await RequireRoomAsync(content.Length);
        if (wanted.Hold.Until is { } until
            && (await ListAsync(row => row.GetBoolean(0), "SELECT $2 > clock_timestamp() + $3 WHERE $1 <> ''", until, OutboxLimits.DelayMax))[0])
        {
            throw new SetException("invalidProperties", $"Something can be sent at most {OutboxLimits.DelayMax.TotalDays:0} days ahead.", "envelope");
        }

        var number = ++Modified;
        var messageId = wanted.MessageId ?? MessageIdOf(number, wanted.Envelope.From);
        var whole = wanted.MessageId is null ? [.. Encoding.ASCII.GetBytes($"Message-ID: <{messageId}>\r\n"), .. content] : content;
        var made = await ListAsync(
            Submission.Read,
            $"""
            INSERT INTO outbox (account, id, modified, key, email, thread, message_id, envelope, sender, recipients, client_files,
                send_at, file_at, state, due, sealed_credentials, bytes, content, changed, identity)
            SELECT $1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, at.send, clock_timestamp() + $11, {(short)OutboxState.Held}, at.send, $12, $13, $14, clock_timestamp(), $17
            FROM (SELECT greatest(coalesce($15::timestamptz, clock_timestamp() + $16), clock_timestamp()) AS send) AS at
            RETURNING {Submission.Columns}
            """,
            number,
            (object?)KeyOf(wanted, messageId) ?? DBNull.Value,
            wanted.Email.ToString(),
            wanted.Thread,
            messageId,
            wanted.EnvelopeJson,
            wanted.Envelope.From,
            wanted.Envelope.To,
            wanted.ClientFiles,
            wanted.Implies ? OutboxLimits.SettleTimeout : TimeSpan.Zero,
            _key.Seal(_mail.Id, _mail.Credentials),
            (long)whole.Length,
            whole,
            (object?)wanted.Hold.Until ?? DBNull.Value,
            wanted.Hold.For,
            wanted.Identity);
        return made[0];
    }

    /// <summary>Undoes it. False if an executor was faster.</summary>
    public Task<bool> CancelAsync(Submission submission) => GoBackAsync(submission, OutboxState.Canceled, OutboxState.Held);

    /// <summary>Gives it up; it may have been sent. False if it is not uncertain (any longer).</summary>
    public Task<bool> WithdrawAsync(Submission submission) => GoBackAsync(submission, OutboxState.Withdrawn, OutboxState.Uncertain);

    /// <summary>Sends it now, or again under the same Message-ID, with the password its sender has now.</summary>
    public Task<bool> SendAsync(Submission submission) => UpdateAsync(
        submission,
        $"""
        state = {(short)OutboxState.Held}, due = greatest(send_at, clock_timestamp()), failures = 0, needs_sign_in = false, sealed_credentials = $3, problem = NULL,
        send_at = CASE WHEN state = {(short)OutboxState.Uncertain} THEN clock_timestamp() ELSE send_at END
        """,
        $"state IN ({(short)OutboxState.Held}, {(short)OutboxState.Uncertain})",
        _key.Seal(_mail.Id, _mail.Credentials));

    /// <summary>Looks for evidence again.</summary>
    public Task<bool> CheckAsync(Submission submission) => UpdateAsync(
        submission,
        "due = clock_timestamp(), failures = 0, needs_sign_in = false, sealed_credentials = $3",
        $"state = {(short)OutboxState.Uncertain}",
        _key.Seal(_mail.Id, _mail.Credentials));

    /// <summary>It is not shown any longer; what is still to be done with the message is done (RFC 8621 §7.5).</summary>
    public Task<bool> DestroyAsync(Submission submission) => UpdateAsync(submission, "destroyed = true", "NOT destroyed");

    public async Task EndAsync()
    {
        // First shown as destroyed, so that clients hear of it, then forgotten.
        var expired = await ListAsync(
            Submission.Read,
            $"SELECT {Submission.Columns} FROM outbox WHERE account = $1 AND NOT destroyed AND {Done} AND changed < clock_timestamp() - $2 LIMIT {ExpiredMax}",
            OutboxLimits.Lifetime);
        foreach (var submission in expired)
        {
            await DestroyAsync(submission);
        }

        await RunAsync(
            $"""
            WITH old AS (
                DELETE FROM outbox WHERE account = $1 AND destroyed AND {Done} AND changed < clock_timestamp() - $3 RETURNING modified)
            UPDATE outbox_account SET modified = $2, changes_from = greatest(changes_from, (SELECT max(modified) FROM old)) WHERE account = $1
            """,
            Modified,
            OutboxLimits.Lifetime);
        await RunAsync($"SELECT pg_notify('{Channel}', $1)");
    }

    private Task<bool> GoBackAsync(Submission submission, OutboxState to, OutboxState from) => UpdateAsync(
        submission,
        $"state = {(short)to}, due = greatest(file_at, clock_timestamp()), failures = 0, needs_sign_in = false, problem = NULL, sealed_credentials = $3, key = {SubmissionKey.Kept}",
        $"state = {(short)from}",
        _key.Seal(_mail.Id, _mail.Credentials));

    private async Task<bool> UpdateAsync(Submission submission, string set, string condition, params object[] parameters)
    {
        var done = await RunAsync(
            $"""
            UPDATE outbox SET modified = {Modified + 1}, changed = clock_timestamp(), {set}
            WHERE account = $1 AND id = $2 AND {condition}
            """,
            [submission.Number, .. parameters]) == 1;
        Modified += done ? 1 : 0;
        return done;
    }

    private async Task RequireRoomAsync(long bytes)
    {
        var (count, pending) = (await ListAsync(
            row => (row.GetInt64(0), row.GetInt64(1)), "SELECT count(*), coalesce(sum(bytes), 0)::bigint FROM outbox WHERE account = $1 AND content IS NOT NULL"))[0];
        if (count >= OutboxLimits.PendingMax || pending + bytes > OutboxLimits.PendingBytesMax)
        {
            throw new SetException(
                "overQuota", $"At most {OutboxLimits.PendingMax} messages of {OutboxLimits.PendingBytesMax} bytes together wait to be sent; wait until some are.");
        }
    }

    private static string? KeyOf(NewSubmission wanted, string? messageId) =>
        wanted.Name is { } name ? SubmissionKey.OfName(name) : messageId is null ? null : SubmissionKey.Of(messageId, wanted.Envelope);

    /// <summary>Derived from what no other message shares, so that nothing random is needed.</summary>
    private string MessageIdOf(long number, string from) =>
        $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{_mail.Id} {OutboxIds.Of(number)}")))[..32]}@{from[(from.LastIndexOf('@') + 1)..]}";
}
