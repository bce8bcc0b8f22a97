using Webmail.Mail.Seams;

namespace Webmail.Mail.Sieve.Scripts;

/// <summary>Makes one script the active one, or none. In doubt it is done again: the second time changes nothing.</summary>
internal sealed class ActivateScriptEffect(SievePool pool, Credentials credentials, string name) : IMailEffect<ScriptOutcome>
{
    public async ValueTask<ScriptOutcome> PerformAsync(Guid id, CancellationToken cancellationToken) =>
        await pool.AskAsync(
            credentials,
            async (connection, token) => ScriptOutcome.Of(await connection.SetActiveAsync(name, token), "serverFail"),
            cancellationToken);

    public ValueTask<ScriptOutcome> ResolveAsync(Guid id, CancellationToken cancellationToken) => PerformAsync(id, cancellationToken);
}
