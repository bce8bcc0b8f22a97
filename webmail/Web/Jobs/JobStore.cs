using System.Data;
using System.Text.Json.Nodes;
using Npgsql;
using Webmail.Mail.Seams;
using Webmail.Web.Database;
using Webmail.Web.Jmap;
using Webmail.Web.Outbox;

namespace Webmail.Web.Jobs;

/// <summary>Jobs as requests see them: each reading is one choice, each change one effect, each one transaction.</summary>
internal sealed class JobStore(NpgsqlDataSource source, TimeProvider time, OutboxKey key)
{
    public ValueTask<T> ReadAsync<T>(MailAccount account, string name, Func<JobView, Task<T>> read, CancellationToken cancellationToken) =>
        account.Choices.ChooseAsync(
            name,
            token => source.TransactAsync(
                IsolationLevel.RepeatableRead,
                async transaction => await read(await JobView.OpenAsync(transaction, account.Id)),
                token),
            cancellationToken);

    /// <summary>Changes the account's jobs, exactly once. A state other than expected is refused as a whole, and remembered as such.</summary>
    public async ValueTask<JsonObject> SetAsync(
        MailAccount account, string? ifInState, Func<JobChanges, Task<JsonObject>> change, CancellationToken cancellationToken)
    {
        var once = new OnceEffect<string?>(source, time, async transaction =>
        {
            var changes = await JobChanges.BeginAsync(transaction, account, key);
            if (ifInState is not null && ifInState != changes.State)
            {
                return null;
            }

            var result = await change(changes);
            await changes.EndAsync();
            return result.ToJsonString();
        });
        return SetOutcome.Read(await account.Effects.PerformAsync("jobs.set", once, cancellationToken), ifInState);
    }

    /// <summary>Whoever has signed in now: what waits for it goes on with this password. May be done twice without harm.</summary>
    public ValueTask<bool> SignedInAsync(string account, Credentials credentials, CancellationToken cancellationToken) => source.TransactAsync(
        IsolationLevel.ReadCommitted,
        async transaction =>
        {
            var view = await JobView.OpenAsync(transaction, account);
            if (await view.ListAsync(row => row.GetInt64(0), "SELECT id FROM job WHERE account = $1 AND sealed_credentials IS NOT NULL LIMIT 1") is [])
            {
                return false;
            }

            var queue = await JobQueue.BeginAsync(transaction, account);
            await queue.RunAsync(
                "UPDATE job SET sealed_credentials = $2, needs_sign_in = false WHERE account = $1 AND sealed_credentials IS NOT NULL", key.Seal(account, credentials));
            await queue.EndAsync();
            return true;
        },
        cancellationToken);
}
