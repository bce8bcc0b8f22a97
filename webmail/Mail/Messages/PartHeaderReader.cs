using MailKit;
using MailKit.Net.Imap;
using Webmail.Mail.Headers;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Messages;

/// <summary>Reads the header fields of parts: one FETCH each, so only where somebody asks for them.</summary>
public sealed class PartHeaderReader(ImapPool pool)
{
    /// <summary>By part id. What is not there (any longer) is left out.</summary>
    public ValueTask<Dictionary<string, HeaderField[]>> ReadAsync(
        MailAccount account, EmailId email, IReadOnlyCollection<string> parts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Choices.ChooseAsync(
            "imap.part-headers",
            async token => await pool.AskAsync(
                account.Credentials, email.Mailbox.Name, (connection, inner) => FetchAsync(connection, email, parts, inner), token),
            cancellationToken);
    }

    private static async Task<Dictionary<string, HeaderField[]>> FetchAsync(
        ImapConnection connection, EmailId email, IReadOnlyCollection<string> parts, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, HeaderField[]>(StringComparer.Ordinal);
        var folder = (ImapFolder)await connection.OpenForContentAsync(email, cancellationToken);
        if (folder.UidValidity != email.Validity)
        {
            return found;
        }

        foreach (var part in parts)
        {
            found[part] = SummaryReader.Headers(await folder.GetHeadersAsync(new UniqueId(email.Validity, email.Uid), part, cancellationToken));
        }

        return found;
    }
}
