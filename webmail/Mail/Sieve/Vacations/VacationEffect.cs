using Webmail.Mail.Seams;
using Webmail.Mail.Sieve.Scripts;

namespace Webmail.Mail.Sieve.Vacations;

/// <summary>
/// Makes the scripts on the server what the vacation response is to be, from whatever they are: so doubt is resolved by doing it
/// again. A script of the user is never written. If one is active, it is run by the master script behind the answer, and made
/// active again when the answer is switched off; if another client has activated another one in between, that one stays.
/// </summary>
internal sealed class VacationEffect(SievePool pool, Credentials credentials, VacationResponse response) : IMailEffect<ScriptOutcome>
{
    public async ValueTask<ScriptOutcome> PerformAsync(Guid id, CancellationToken cancellationToken) =>
        await pool.AskAsync(credentials, ApplyAsync, cancellationToken);

    public ValueTask<ScriptOutcome> ResolveAsync(Guid id, CancellationToken cancellationToken) => PerformAsync(id, cancellationToken);

    private async Task<ScriptOutcome> ApplyAsync(SieveConnection connection, CancellationToken cancellationToken)
    {
        var listed = await connection.ListAsync(cancellationToken);
        foreach (var name in listed.Select(script => script.Name).Where(OwnScript.IsReserved))
        {
            if (await connection.GetAsync(name, cancellationToken) is { } content && !OwnScript.Is(name, content))
            {
                return new ScriptOutcome("forbidden", $"The script {name} is not the webmail's own; rename it, and try again.");
            }
        }

        var missing = VacationScript.Requires(response.Settings).Where(extension => !connection.Capabilities.Has(extension)).ToArray();
        if (missing.Length > 0)
        {
            return new ScriptOutcome("forbidden", $"The Sieve server lacks {string.Join(", ", missing)}, without which this cannot be answered.");
        }

        return response.IsEnabled
            ? await SwitchOnAsync(connection, listed, cancellationToken)
            : await SwitchOffAsync(connection, listed, cancellationToken);
    }

    private async Task<ScriptOutcome> SwitchOnAsync(
        SieveConnection connection, IReadOnlyList<ListedScript> listed, CancellationToken cancellationToken)
    {
        var included = await UsersAsync(connection, listed, cancellationToken);
        var obstacle = included is null ? null : await ObstacleAsync(connection, listed, included, cancellationToken);
        if (obstacle is not null)
        {
            return new ScriptOutcome("forbidden", obstacle);
        }

        var stored = await StoreAsync(connection, cancellationToken);
        if (stored.Refusal is null && included is not null)
        {
            stored = await connection.StoreAsync(OwnScript.Master, new MasterScript(included).Write(), cancellationToken);
        }

        return stored.Refusal is null
            ? await ActivateAsync(connection, included is null ? OwnScript.Vacation : OwnScript.Master, cancellationToken)
            : stored;
    }

    private async Task<ScriptOutcome> SwitchOffAsync(
        SieveConnection connection, IReadOnlyList<ListedScript> listed, CancellationToken cancellationToken)
    {
        // First of all: whatever cannot be stored afterwards, nothing is answered any longer.
        if (listed.Any(script => script.IsActive && OwnScript.IsReserved(script.Name)))
        {
            var before = await UsersAsync(connection, listed, cancellationToken);
            var restored = await ActivateAsync(connection, listed.Any(script => script.Name == before) ? before! : "", cancellationToken);
            if (restored.Refusal is not null)
            {
                return restored;
            }
        }

        if (listed.Any(script => script.Name == OwnScript.Master))
        {
            SieveCommands.Demand(await connection.DeleteAsync(OwnScript.Master, cancellationToken));
        }

        return await StoreAsync(connection, cancellationToken);
    }

    /// <summary>The user's own script that is active, or runs behind the answer; null if there is none.</summary>
    private static async Task<string?> UsersAsync(
        SieveConnection connection, IReadOnlyList<ListedScript> listed, CancellationToken cancellationToken) =>
        listed.FirstOrDefault(script => script.IsActive)?.Name switch
        {
            OwnScript.Vacation => null,
            OwnScript.Master => (await MasterScript.ReadAsync(connection, cancellationToken))?.Included,
            var users => users,
        };

    /// <summary>Why the user's script cannot run behind the answer; null if it can.</summary>
    private static async Task<string?> ObstacleAsync(
        SieveConnection connection, IReadOnlyList<ListedScript> listed, string users, CancellationToken cancellationToken)
    {
        if (!connection.Capabilities.Has(MasterScript.Extension))
        {
            return $"Your script {users} is active, and this Sieve server cannot run another one with it (RFC 6609); deactivate it first.";
        }

        var required = await RequirementsAsync(connection, users, cancellationToken);
        if (required.Any(Conflicts))
        {
            return $"Your script {users} answers or rejects messages itself; two answers to one message are an error. Deactivate it, or take that out of it.";
        }

        // Which one is included may depend on the message, so all are looked at.
        foreach (var other in required.Contains(MasterScript.Extension) ? listed.Select(script => script.Name).Where(name => !OwnScript.IsReserved(name)) : [])
        {
            if ((await RequirementsAsync(connection, other, cancellationToken)).Any(Conflicts))
            {
                return $"Your script {users} includes others, and {other} answers or rejects messages itself; take that out of it, or delete it.";
            }
        }

        return null;
    }

    // The server would run the script into an error, and none of it would count (RFC 5230 §4.7, RFC 5429 §2.2).
    private static bool Conflicts(string extension) => extension is "vacation" or "vacation-seconds" or "reject" or "ereject";

    private static async Task<IReadOnlyList<string>> RequirementsAsync(SieveConnection connection, string name, CancellationToken cancellationToken) =>
        Requirements.Of(await connection.GetAsync(name, cancellationToken));

    private Task<ScriptOutcome> StoreAsync(SieveConnection connection, CancellationToken cancellationToken) =>
        connection.StoreAsync(OwnScript.Vacation, VacationScript.Write(response.Settings, credentials.Username), cancellationToken);

    private static async Task<ScriptOutcome> ActivateAsync(SieveConnection connection, string name, CancellationToken cancellationToken) =>
        ScriptOutcome.Of(await connection.SetActiveAsync(name, cancellationToken), "serverFail");
}
