using System.Data;
using Npgsql;
using Webmail.Mail.Seams;
using Webmail.Web.Database;
using Webmail.Web.Jmap;

namespace Webmail.Web.Outbox;

/// <summary>The outbox as requests see it: each reading is one choice, each change one effect, each one transaction.</summary>
internal sealed class OutboxStore(NpgsqlDataSource source, TimeProvider time, OutboxKey key)
{
    public ValueTask<T> ReadAsync<T>(MailAccount account, string name, Func<OutboxView, Task<T>> read, CancellationToken cancellationToken) =>
        account.Choices.ChooseAsync(
            name,
            token => source.TransactAsync(
                IsolationLevel.RepeatableRead,
                async transaction => await read(await OutboxView.OpenAsync(transaction, account.Id)),
                token),
            cancellationToken);

    /// <summary>Changes the account's submissions, exactly once. A state other than expected is refused as a whole, and remembered as such.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="ifInState">The state expected; null: any.</param>
    /// <param name="prepare">What takes long, before the transaction.</param>
    /// <param name="change">The change.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<T> SetAsync<T>(
        MailAccount account, string? ifInState, Func<CancellationToken, Task> prepare, Func<OutboxChanges, Task<T>> change, CancellationToken cancellationToken)
        where T : class =>
        await account.Effects.PerformAsync(
            "outbox.set",
            new PreparedEffect<T?>(prepare, new OnceEffect<T?>(source, time, async transaction =>
            {
                var changes = await OutboxChanges.BeginAsync(transaction, account, key);
                if (ifInState is not null && ifInState != changes.State)
                {
                    return null;
                }

                var result = await change(changes);
                await changes.EndAsync();
                return result;
            })),
            cancellationToken)
        ?? throw MethodException.StateMismatch(ifInState);

    /// <summary>The client's own wishes for these messages are fulfilled: now they may be filed, or put back.</summary>
    public async ValueTask SettleAsync(MailAccount account, long[] numbers, CancellationToken cancellationToken) =>
        await account.Effects.PerformAsync(
            "outbox.settle",
            new RepeatableUpdate(token => source.AskAsync(
                $"""
                WITH settled AS (
                    UPDATE outbox SET file_at = clock_timestamp(),
                        due = CASE WHEN state IN ({(short)OutboxState.Accepted}, {(short)OutboxState.Canceled}, {(short)OutboxState.Refused}) AND failures = 0 AND due IS NOT NULL
                            THEN clock_timestamp() ELSE due END
                    WHERE account = $1 AND id = ANY($2) AND file_at > clock_timestamp())
                SELECT pg_notify('{OutboxChanges.Channel}', $1)
                """,
                async command =>
                {
                    command.Parameters.AddWithValue(account.Id);
                    command.Parameters.AddWithValue(numbers);
                    await command.ExecuteNonQueryAsync(token);
                    return true;
                },
                token)),
            cancellationToken);

    /// <summary>Whoever has signed in now: what waits for it, or will leave later, does so with this password. May be done twice without harm.</summary>
    public ValueTask<bool> SignedInAsync(string account, Credentials credentials, CancellationToken cancellationToken) =>
        source.AskAsync(
            $"""
            WITH renewed AS (
                UPDATE outbox SET sealed_credentials = $2, needs_sign_in = false,
                    due = CASE WHEN needs_sign_in THEN clock_timestamp() ELSE due END, problem = CASE WHEN needs_sign_in THEN NULL ELSE problem END
                WHERE account = $1 AND content IS NOT NULL
                RETURNING 1)
            SELECT pg_notify('{OutboxChanges.Channel}', $1) FROM renewed LIMIT 1
            """,
            async command =>
            {
                command.Parameters.AddWithValue(account);
                command.Parameters.AddWithValue(key.Seal(account, credentials));
                await command.ExecuteNonQueryAsync(cancellationToken);
                return true;
            },
            cancellationToken);

    /// <summary>A change that may be made twice without harm.</summary>
    private sealed class RepeatableUpdate(Func<CancellationToken, ValueTask<bool>> act) : IMailEffect<bool>
    {
        public ValueTask<bool> PerformAsync(Guid id, CancellationToken cancellationToken) => act(cancellationToken);

        public ValueTask<bool> ResolveAsync(Guid id, CancellationToken cancellationToken) => act(cancellationToken);
    }
}
