using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Sieve.Vacations;

namespace Webmail.Mail.Sieve.Scripts;

/// <summary>Asks the Sieve server about scripts, each question one choice.</summary>
public sealed class ScriptReader(SievePool pool, IScriptIds ids)
{
    public ValueTask<SieveCapabilities> CapabilitiesAsync(MailAccount account, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Choices.ChooseAsync(
            "sieve.capabilities",
            async token => await pool.AskAsync(account.Credentials, (connection, _) => Task.FromResult(connection.Capabilities), token),
            cancellationToken);
    }

    /// <summary>All scripts, ordered by name. They are read whole, because only their content says whether they have changed.</summary>
    public ValueTask<Script[]> ListAsync(MailAccount account, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Choices.ChooseAsync(
            "sieve.list",
            async token =>
            {
                var renamed = await ids.ReadAsync(account.Id, token);
                return await pool.AskAsync(account.Credentials, (connection, inner) => ListAsync(connection, renamed, inner), token);
            },
            cancellationToken);
    }

    /// <summary>The content of a blob, or null if no script has it (any longer).</summary>
    public ValueTask<byte[]?> FindAsync(MailAccount account, ScriptBlobId blob, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        // Not a reference by name and hash: the next client that saves the script would make the answer one that cannot be repeated.
        return account.Choices.ChooseAsync(
            "sieve.content",
            async token => await pool.AskAsync(account.Credentials, (connection, inner) => FindAsync(connection, blob, inner), token),
            cancellationToken);
    }

    /// <summary>Why the server does not compile a script, in its own words; null if it does.</summary>
    public ValueTask<string?> CheckAsync(MailAccount account, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Choices.ChooseAsync(
            "sieve.check",
            async token => await pool.AskAsync(account.Credentials, (connection, inner) => CheckAsync(connection, content, inner), token),
            cancellationToken);
    }

    private static async Task<Script[]> ListAsync(
        SieveConnection connection, IReadOnlyDictionary<string, string> renamed, CancellationToken cancellationToken)
    {
        var scripts = new List<Script>();
        foreach (var listed in await connection.ListAsync(cancellationToken))
        {
            // Else it has gone since.
            if (await connection.GetAsync(listed.Name, cancellationToken) is { } content)
            {
                scripts.Add(new Script(
                    ScriptId.Of(listed.Name, renamed), listed.Name, ScriptBlobId.Of(content).ToString(), listed.IsActive, OwnScript.Is(listed.Name, content)));
            }
        }

        return [.. scripts];
    }

    private static async Task<byte[]?> FindAsync(SieveConnection connection, ScriptBlobId blob, CancellationToken cancellationToken)
    {
        foreach (var listed in await connection.ListAsync(cancellationToken))
        {
            if (await connection.GetAsync(listed.Name, cancellationToken) is { } content && ScriptBlobId.Of(content) == blob)
            {
                return content;
            }
        }

        return null;
    }

    private static async Task<string?> CheckAsync(SieveConnection connection, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (!connection.Capabilities.HasVersion)
        {
            throw new MailCommandException("The Sieve server cannot check scripts without storing them (RFC 5804 §2.12).");
        }

        var answer = await connection.CheckAsync(content, cancellationToken);
        return answer.IsOk ? null : answer.Text;
    }
}
