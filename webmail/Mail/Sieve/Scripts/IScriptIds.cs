namespace Webmail.Mail.Sieve.Scripts;

/// <summary>
/// Remembers, where every process can see it, the ids that do not follow from names: the server knows names only. Each of the
/// changes may be made twice without harm.
/// </summary>
public interface IScriptIds
{
    /// <summary>The ids that are noted, by the present names of the scripts.</summary>
    ValueTask<IReadOnlyDictionary<string, string>> ReadAsync(string accountId, CancellationToken cancellationToken);

    /// <summary>The script with this id has this name from now on.</summary>
    ValueTask NoteAsync(string accountId, string id, string name, CancellationToken cancellationToken);

    /// <summary>There is no script with this id any longer.</summary>
    ValueTask ForgetAsync(string accountId, string id, CancellationToken cancellationToken);
}
