using System.Text;
using Webmail.Mail.Imap;
using Webmail.Mail.Sieve.Protocol;

namespace Webmail.Mail.Sieve;

/// <summary>The commands of RFC 5804 §2. Those that change something give the server's answer back; what it means depends on the caller.</summary>
internal static class SieveCommands
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>All scripts; those with names that are no UTF-8 cannot be asked for and are left out.</summary>
    public static async Task<IReadOnlyList<ListedScript>> ListAsync(this SieveConnection connection, CancellationToken cancellationToken)
    {
        var response = await connection.AskAsync(new SieveCommand("LISTSCRIPTS"), cancellationToken);
        Demand(response.Answer);
        return [.. response.Lines.Select(Listed).OfType<ListedScript>().OrderBy(script => script.Name, StringComparer.Ordinal).Take(SieveLimits.ScriptsMax)];
    }

    /// <summary>The script's bytes, or null if there is none of this name.</summary>
    public static async Task<byte[]?> GetAsync(this SieveConnection connection, string name, CancellationToken cancellationToken)
    {
        var response = await connection.AskAsync(new SieveCommand("GETSCRIPT").String(name), cancellationToken);
        if (response.Answer.Is("NONEXISTENT"))
        {
            return null;
        }

        Demand(response.Answer);
        return response.Lines is [[{ Kind: SieveTokenKind.String } content]]
            ? content.Bytes
            : throw new SieveProtocolException("it answers GETSCRIPT with something else than one script");
    }

    public static Task<SieveAnswer> HaveSpaceAsync(this SieveConnection connection, string name, int bytes, CancellationToken cancellationToken) =>
        AnswerAsync(connection, new SieveCommand("HAVESPACE").String(name).Number(bytes), cancellationToken);

    /// <summary>Writes a script, over one that is there.</summary>
    public static Task<SieveAnswer> PutAsync(this SieveConnection connection, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        AnswerAsync(connection, new SieveCommand("PUTSCRIPT").String(name).String(content.Span), cancellationToken);

    public static Task<SieveAnswer> CheckAsync(this SieveConnection connection, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        AnswerAsync(connection, new SieveCommand("CHECKSCRIPT").String(content.Span), cancellationToken);

    /// <summary>Activates a script, or with the empty name none.</summary>
    public static Task<SieveAnswer> SetActiveAsync(this SieveConnection connection, string name, CancellationToken cancellationToken) =>
        AnswerAsync(connection, new SieveCommand("SETACTIVE").String(name), cancellationToken);

    public static Task<SieveAnswer> DeleteAsync(this SieveConnection connection, string name, CancellationToken cancellationToken) =>
        AnswerAsync(connection, new SieveCommand("DELETESCRIPT").String(name), cancellationToken);

    public static Task<SieveAnswer> RenameAsync(this SieveConnection connection, string name, string newName, CancellationToken cancellationToken) =>
        AnswerAsync(connection, new SieveCommand("RENAMESCRIPT").String(name).String(newName), cancellationToken);

    /// <exception cref="MailCommandException">The server says no.</exception>
    public static void Demand(SieveAnswer answer)
    {
        if (!answer.IsOk)
        {
            throw new MailCommandException($"The Sieve server refused: {answer.Text}");
        }
    }

    private static async Task<SieveAnswer> AnswerAsync(SieveConnection connection, SieveCommand command, CancellationToken cancellationToken) =>
        (await connection.AskAsync(command, cancellationToken)).Answer;

    private static ListedScript? Listed(IReadOnlyList<SieveToken> line)
    {
        try
        {
            return new ListedScript(
                StrictUtf8.GetString(line[0].Bytes),
                line is [_, { Kind: SieveTokenKind.Atom } flag, ..] && Ascii.EqualsIgnoreCase(flag.Bytes, "ACTIVE"u8));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}

/// <summary>A line of LISTSCRIPTS.</summary>
internal sealed record ListedScript(string Name, bool IsActive);
