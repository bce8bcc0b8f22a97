using Webmail.Mail.Seams;

namespace Webmail.Mail.Sieve.Scripts;

/// <summary>
/// Writes a script under a name that is free. In doubt one that is there with just this content is ours. Two clients that make
/// one name at the same moment cannot be told apart by the server, which has no "unless it exists"; the later one wins.
/// </summary>
internal sealed class CreateScriptEffect(
    SievePool pool, IScriptIds ids, MailAccount account, string? given, ReadOnlyMemory<byte> content) : IMailEffect<ScriptOutcome>
{
    public ValueTask<ScriptOutcome> PerformAsync(Guid id, CancellationToken cancellationToken) => CreateAsync(id, again: false, cancellationToken);

    public ValueTask<ScriptOutcome> ResolveAsync(Guid id, CancellationToken cancellationToken) => CreateAsync(id, again: true, cancellationToken);

    private async ValueTask<ScriptOutcome> CreateAsync(Guid effect, bool again, CancellationToken cancellationToken)
    {
        var name = given ?? $"script-{effect:N}";
        var outcome = await pool.AskAsync(
            account.Credentials,
            async (connection, token) =>
            {
                // If the first connection broke, it may have written the script.
                var mayBeOurs = again;
                again = true;
                if ((await connection.ListAsync(token)).All(listed => listed.Name != name))
                {
                    return await connection.StoreAsync(name, content, token);
                }

                return mayBeOurs && await connection.GetAsync(name, token) is { } there && content.Span.SequenceEqual(there)
                    ? ScriptOutcome.Done
                    : new ScriptOutcome("alreadyExists", $"There is a script {name} already.");
            },
            cancellationToken);
        var id = ScriptId.Of(name, await ids.ReadAsync(account.Id, cancellationToken));
        if (outcome.Refusal is null && ScriptId.IsToNote(id, name))
        {
            await ids.NoteAsync(account.Id, id, name, cancellationToken);
        }

        return outcome with { Id = id, Name = name };
    }
}
