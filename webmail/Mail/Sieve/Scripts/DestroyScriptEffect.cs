using Webmail.Mail.Seams;

namespace Webmail.Mail.Sieve.Scripts;

/// <summary>Removes a script. In doubt a script that is not there has been removed by us, or else by another, which is as good.</summary>
internal sealed class DestroyScriptEffect(SievePool pool, IScriptIds ids, MailAccount account, Script script) : IMailEffect<ScriptOutcome>
{
    public ValueTask<ScriptOutcome> PerformAsync(Guid id, CancellationToken cancellationToken) => DestroyAsync(again: false, cancellationToken);

    public ValueTask<ScriptOutcome> ResolveAsync(Guid id, CancellationToken cancellationToken) => DestroyAsync(again: true, cancellationToken);

    private async ValueTask<ScriptOutcome> DestroyAsync(bool again, CancellationToken cancellationToken)
    {
        var outcome = await pool.AskAsync(
            account.Credentials,
            async (connection, token) =>
            {
                // If the first connection broke, it may have removed the script.
                var mayBeGone = again;
                again = true;
                var answer = await connection.DeleteAsync(script.Name, token);
                return mayBeGone && answer.Is("NONEXISTENT") ? ScriptOutcome.Done : ScriptOutcome.Of(answer, "serverFail");
            },
            cancellationToken);
        if (outcome.Refusal is null)
        {
            await ids.ForgetAsync(account.Id, script.Id, cancellationToken);
        }

        return outcome;
    }
}
