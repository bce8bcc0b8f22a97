using System.Data;
using System.Text.Json.Nodes;
using Npgsql;
using Webmail.Mail.Seams;
using Webmail.Web.Blobs;
using Webmail.Web.Database;
using Webmail.Web.Jmap;
using Webmail.Web.Outbox;

namespace Webmail.Web.Drafts;

/// <summary>Drafts as requests see them: each reading is one choice, each change one effect, each one transaction.</summary>
internal sealed class DraftStore(NpgsqlDataSource source, TimeProvider time, OutboxKey key, BlobReader blobs, DraftWatch watch)
{
    /// <summary>Looks first whether other mail clients have changed or removed messages of ours.</summary>
    public ValueTask<T> ReadAsync<T>(MailAccount account, string name, Func<DraftView, Task<T>> read, CancellationToken cancellationToken) =>
        account.Choices.ChooseAsync(
            name,
            async token =>
            {
                await watch.LookAsync(account, token);
                return await source.TransactAsync(
                    IsolationLevel.RepeatableRead,
                    async transaction => await read(await DraftView.OpenAsync(transaction, account.Id)),
                    token);
            },
            cancellationToken);

    /// <summary>Changes the account's drafts, exactly once. A state other than expected is refused as a whole, and remembered as such.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="ifInState">The state expected; null: any.</param>
    /// <param name="blobIds">What the new versions have attached.</param>
    /// <param name="change">The change.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<JsonObject> SetAsync(
        MailAccount account, string? ifInState, IReadOnlyCollection<string> blobIds, Func<DraftChanges, NewBlobs, Task<JsonObject>> change, CancellationToken cancellationToken)
    {
        var attached = new NewBlobs(blobs);
        var once = new OnceEffect<string?>(source, time, async transaction =>
        {
            var changes = await DraftChanges.BeginAsync(transaction, account, key);
            if (ifInState is not null && ifInState != changes.State)
            {
                return null;
            }

            var result = await change(changes, attached);
            await changes.EndAsync();
            return result.ToJsonString();
        });
        var answer = await account.Effects.PerformAsync(
            "drafts.set", new PreparedEffect<string?>(token => attached.ReadAsync(account, blobIds, token), once), cancellationToken);
        return SetOutcome.Read(answer, ifInState);
    }

    /// <summary>Whoever has signed in now: what waits for it goes on with this password. May be done twice without harm.</summary>
    public ValueTask<bool> SignedInAsync(string account, Credentials credentials, CancellationToken cancellationToken) =>
        source.AskAsync(
            $"""
            WITH renewed AS (
                UPDATE draft SET sealed_credentials = $2, needs_sign_in = false, problem = NULL, due = coalesce(due, clock_timestamp())
                WHERE account = $1 AND sealed_credentials IS NOT NULL RETURNING 1)
            SELECT pg_notify('{DraftChanges.Channel}', $1) FROM renewed LIMIT 1
            """,
            async command =>
            {
                command.Parameters.AddWithValue(account);
                command.Parameters.AddWithValue(key.Seal(account, credentials));
                await command.ExecuteNonQueryAsync(cancellationToken);
                return true;
            },
            cancellationToken);
}
