using System.Data;
using System.Text.Json.Nodes;
using Npgsql;
using Webmail.Mail.Seams;
using Webmail.Web.Database;
using Webmail.Web.Jmap;

namespace Webmail.Web.Identities;

/// <summary>Identities in the database: a reading is one choice, a change one effect, each one transaction.</summary>
internal sealed class IdentityStore(NpgsqlDataSource source, TimeProvider time)
{
    public ValueTask<FoundIdentities> ReadAsync(MailAccount account, CancellationToken cancellationToken) =>
        account.Choices.ChooseAsync(
            "identities",
            token => source.TransactAsync(
                IsolationLevel.RepeatableRead,
                transaction => FoundIdentities.ReadAsync(transaction, account.Id, account.Credentials.Username, toChange: false),
                token),
            cancellationToken);

    /// <summary>Changes them exactly once. A state other than expected is refused as a whole, and remembered as such.</summary>
    public async ValueTask<JsonObject> SetAsync(
        MailAccount account, string? ifInState, Func<IdentityChanges, Task<JsonObject>> change, CancellationToken cancellationToken)
    {
        var answer = await account.Effects.PerformAsync(
            "identities.set",
            new OnceEffect<string?>(source, time, async transaction =>
            {
                var changes = await IdentityChanges.BeginAsync(transaction, account.Id, account.Credentials.Username);
                if (ifInState is not null && ifInState != changes.Now.State())
                {
                    return null;
                }

                var result = await change(changes);
                await changes.EndAsync();
                return result.ToJsonString();
            }),
            cancellationToken);
        return SetOutcome.Read(answer, ifInState);
    }
}
