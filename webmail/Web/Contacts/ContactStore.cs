using System.Data;
using System.Text.Json.Nodes;
using Npgsql;
using Webmail.Mail.Seams;
using Webmail.Web.Database;
using Webmail.Web.Jmap;

namespace Webmail.Web.Contacts;

/// <summary>Address books and cards in the database: each reading is one choice, each change one effect, each one transaction.</summary>
internal sealed class ContactStore(NpgsqlDataSource source, TimeProvider time)
{
    /// <summary>Reads a consistent view. An account that has no contacts yet gets its default address book first.</summary>
    public async ValueTask<T> ReadAsync<T>(MailAccount account, string name, Func<ContactView, Task<T>> read, CancellationToken cancellationToken)
        where T : class
    {
        if (await AskAsync() is { } answer)
        {
            return answer;
        }

        await ChangeAsync(account, "contacts.open", _ => Task.FromResult(true), cancellationToken);
        return (await AskAsync())!;

        ValueTask<T?> AskAsync() => account.Choices.ChooseAsync(name, token => ViewAsync(account.Id, read!, token), cancellationToken);
    }

    /// <summary>Reads a consistent view without remembering the answer: within choices and effects only. Null if there are no contacts.</summary>
    public ValueTask<T?> ViewAsync<T>(string accountId, Func<ContactView, Task<T?>> read, CancellationToken cancellationToken)
        where T : class =>
        source.TransactAsync(
            IsolationLevel.RepeatableRead,
            async transaction => await ContactView.StatesAsync(transaction, accountId, toChange: false) is { } states
                ? await read(new ContactView(transaction, accountId, states))
                : null,
            cancellationToken);

    /// <summary>Changes the account's contacts, exactly once; others wait until it is done.</summary>
    public ValueTask<T> ChangeAsync<T>(MailAccount account, string name, Func<ContactChanges, Task<T>> change, CancellationToken cancellationToken) =>
        account.Effects.PerformAsync(
            name,
            new OnceEffect<T>(source, time, async transaction =>
            {
                var changes = await ContactChanges.BeginAsync(transaction, account.Id, account.Time.GetUtcNow());
                var result = await change(changes);
                await changes.EndAsync();
                return result;
            }),
            cancellationToken);

    /// <summary>A Foo/set: a state other than expected is refused as a whole, and remembered as such.</summary>
    public async ValueTask<JsonObject> SetAsync(
        MailAccount account, string name, ContactType type, string? ifInState, Func<ContactChanges, Task<JsonObject>> change, CancellationToken cancellationToken)
    {
        var answer = await ChangeAsync(
            account,
            name,
            async changes => ifInState is null || ifInState == changes.States.Text(type) ? (await change(changes)).ToJsonString() : null,
            cancellationToken);
        return SetOutcome.Read(answer, ifInState);
    }
}
