using Webmail.Mail.Imap;
using Webmail.Mail.Sieve.Scripts;

namespace Webmail.Mail.Sieve.Vacations;

/// <summary>What the master script was made from.</summary>
/// <param name="Included">The name of the user's script that was active before, which is not touched.</param>
internal sealed record MasterScript(string Included)
{
    public const string Extension = "include";

    /// <summary>
    /// The answer comes first: a script of the user may stop. Both may be missing (RFC 6609 §3.2): who removes one of them
    /// with another client does not break the other.
    /// </summary>
    public byte[] Write() => OwnScript.Write(
        this,
        $"require {SieveText.List([Extension])};\r\n\r\n"
        + $"include :personal :optional {SieveText.Quote(OwnScript.Vacation)};\r\n"
        + $"include :personal :optional {SieveText.Quote(Included)};\r\n");

    /// <summary>The master script on the server; null if there is none of ours.</summary>
    public static async Task<MasterScript?> ReadAsync(SieveConnection connection, CancellationToken cancellationToken) =>
        await connection.GetAsync(OwnScript.Master, cancellationToken) is { } content ? OwnScript.Read<MasterScript>(content) : null;

    /// <summary>A script has been renamed: it is included under its new name.</summary>
    public static async Task FollowAsync(SieveConnection connection, string oldName, string newName, CancellationToken cancellationToken)
    {
        if (await ReadAsync(connection, cancellationToken) is { } master && master.Included == oldName)
        {
            var outcome = await connection.StoreAsync(OwnScript.Master, new MasterScript(newName).Write(), cancellationToken);
            if (outcome.Refusal is not null)
            {
                throw new MailCommandException($"The script is renamed, but the one that includes it could not follow: {outcome.Description}");
            }
        }
    }
}
