using Webmail.Mail.Seams;

namespace Webmail.Mail.Sieve.Scripts;

/// <summary>Changes the scripts on the server, each change an effect.</summary>
public sealed class ScriptWriter(SievePool pool, IScriptIds ids)
{
    /// <param name="account">Whose scripts.</param>
    /// <param name="name">Null for one of our choice.</param>
    /// <param name="content">Its source.</param>
    /// <param name="cancellationToken">Cancels the change while it has not begun.</param>
    public ValueTask<ScriptOutcome> CreateAsync(MailAccount account, string? name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Effects.PerformAsync("sieve.create", new CreateScriptEffect(pool, ids, account, name, content), cancellationToken);
    }

    /// <param name="account">Whose scripts.</param>
    /// <param name="script">The script as it is.</param>
    /// <param name="newName">Its name to be.</param>
    /// <param name="content">Its new source; null to keep it.</param>
    /// <param name="cancellationToken">Cancels the change while it has not begun.</param>
    public ValueTask<ScriptOutcome> UpdateAsync(
        MailAccount account, Script script, string newName, ReadOnlyMemory<byte>? content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(script);
        return account.Effects.PerformAsync("sieve.update", new UpdateScriptEffect(pool, ids, account, script, newName, content), cancellationToken);
    }

    public ValueTask<ScriptOutcome> DestroyAsync(MailAccount account, Script script, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(script);
        return account.Effects.PerformAsync("sieve.destroy", new DestroyScriptEffect(pool, ids, account, script), cancellationToken);
    }

    /// <summary>Activates a script, or with null none.</summary>
    public ValueTask<ScriptOutcome> ActivateAsync(MailAccount account, Script? script, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Effects.PerformAsync("sieve.activate", new ActivateScriptEffect(pool, account.Credentials, script?.Name ?? ""), cancellationToken);
    }
}
