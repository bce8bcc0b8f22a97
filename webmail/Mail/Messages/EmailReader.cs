using MailKit;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Messages;

/// <summary>Reads what the mail server knows about messages beyond the index: one FETCH per mailbox.</summary>
public sealed class EmailReader(ImapPool pool)
{
    /// <summary>In the order given; messages that are not there (any longer) are left out.</summary>
    public async ValueTask<Email[]> ReadAsync(
        MailAccount account, IReadOnlyList<Email> emails, EmailDetail detail, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(emails);
        return emails.Count == 0 || detail == EmailDetail.None
            ? [.. emails]
            : await account.Choices.ChooseAsync("imap.fetch", token => FetchAsync(account.Credentials, emails, detail, token), cancellationToken);
    }

    /// <summary>The same without remembering the answer: within choices only.</summary>
    public async ValueTask<Email[]> FetchAsync(
        Credentials credentials, IReadOnlyList<Email> emails, EmailDetail detail, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(emails);
        var found = new Dictionary<long, Email>();
        foreach (var group in emails.GroupBy(email => (email.Id.Mailbox.Name, email.Id.Validity)))
        {
            foreach (var email in await pool.AskAsync(
                credentials,
                group.Key.Name,
                (connection, inner) => FetchAsync(connection, group.Key.Name, group.Key.Validity, [.. group], detail, inner),
                cancellationToken))
            {
                found[email.Id.Key] = email;
            }
        }

        return [.. emails.Select(email => found.GetValueOrDefault(email.Id.Key)).OfType<Email>()];
    }

    private static async Task<IReadOnlyList<Email>> FetchAsync(
        ImapConnection connection, string mailbox, uint validity, IReadOnlyList<Email> emails, EmailDetail detail, CancellationToken cancellationToken)
    {
        IMailFolder folder;
        try
        {
            folder = await connection.OpenAsync(mailbox, FolderAccess.ReadOnly, cancellationToken);
        }
        catch (FolderNotFoundException)
        {
            return [];
        }

        if (folder.UidValidity != validity)
        {
            return [];
        }

        var items = MessageSummaryItems.UniqueId
            | (detail.HasFlag(EmailDetail.Body) ? MessageSummaryItems.BodyStructure : MessageSummaryItems.None)
            | (detail.HasFlag(EmailDetail.Preview) ? MessageSummaryItems.PreviewText : MessageSummaryItems.None)
            | (detail.HasFlag(EmailDetail.Headers) ? MessageSummaryItems.Headers : MessageSummaryItems.None);
        var byUid = emails.DistinctBy(email => email.Id.Uid).ToDictionary(email => email.Id.Uid);
        var summaries = await folder.FetchAsync([.. byUid.Keys.Select(uid => new UniqueId(validity, uid))], items, cancellationToken);
        return
        [
            .. summaries.Where(summary => summary.UniqueId.IsValid && byUid.ContainsKey(summary.UniqueId.Id))
                .Select(summary => SummaryReader.WithDetail(byUid[summary.UniqueId.Id], detail, summary)),
        ];
    }
}
