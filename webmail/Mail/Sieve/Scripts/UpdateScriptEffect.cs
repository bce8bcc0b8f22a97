using Webmail.Mail.Seams;
using Webmail.Mail.Sieve.Vacations;

namespace Webmail.Mail.Sieve.Scripts;

/// <summary>
/// Renames a script, gives it new content, or both; checked before anything is done, so that one is not done without the
/// other. In doubt it is done again: content that is there is written once more, and a script with the new name but not the
/// old one has been renamed.
/// </summary>
internal sealed class UpdateScriptEffect(
    SievePool pool, IScriptIds ids, MailAccount account, Script script, string newName, ReadOnlyMemory<byte>? content) : IMailEffect<ScriptOutcome>
{
    public ValueTask<ScriptOutcome> PerformAsync(Guid id, CancellationToken cancellationToken) => UpdateAsync(again: false, cancellationToken);

    public ValueTask<ScriptOutcome> ResolveAsync(Guid id, CancellationToken cancellationToken) => UpdateAsync(again: true, cancellationToken);

    private async ValueTask<ScriptOutcome> UpdateAsync(bool again, CancellationToken cancellationToken)
    {
        var outcome = await pool.AskAsync(
            account.Credentials,
            async (connection, token) =>
            {
                // If the first connection broke, it may have renamed the script.
                var mayBeRenamed = again;
                again = true;
                return await UpdateAsync(connection, mayBeRenamed, token);
            },
            cancellationToken);
        if (outcome.Refusal is null && newName != script.Name)
        {
            await ids.NoteAsync(account.Id, script.Id, newName, cancellationToken);
        }

        return outcome.Refusal == "alreadyExists"
            ? outcome with { Id = ScriptId.Of(newName, await ids.ReadAsync(account.Id, cancellationToken)) }
            : outcome;
    }

    private async Task<ScriptOutcome> UpdateAsync(SieveConnection connection, bool mayBeRenamed, CancellationToken cancellationToken)
    {
        var names = (await connection.ListAsync(cancellationToken)).Select(listed => listed.Name).ToArray();
        var there = names.Contains(script.Name);
        if (!there && !(mayBeRenamed && names.Contains(newName)))
        {
            return ScriptOutcome.NotFound;
        }

        if (there && newName != script.Name)
        {
            var renamed = await RenameAsync(connection, cancellationToken);
            if (renamed.Refusal is not null)
            {
                return renamed;
            }
        }

        if (newName != script.Name)
        {
            await MasterScript.FollowAsync(connection, script.Name, newName, cancellationToken);
        }

        return content is { } changed ? await connection.StoreAsync(newName, changed, cancellationToken) : ScriptOutcome.Done;
    }

    private async Task<ScriptOutcome> RenameAsync(SieveConnection connection, CancellationToken cancellationToken)
    {
        if (!connection.Capabilities.HasVersion)
        {
            return new ScriptOutcome("forbidden", "This Sieve server cannot rename scripts (RFC 5804 §2.11.1).");
        }

        var checkedFirst = content is { } changed ? await connection.TryStoreAsync(script.Name, changed, cancellationToken) : ScriptOutcome.Done;
        return checkedFirst.Refusal is null
            ? ScriptOutcome.Of(await connection.RenameAsync(script.Name, newName, cancellationToken), "invalidProperties")
            : checkedFirst;
    }
}
