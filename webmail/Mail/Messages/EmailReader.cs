using MailKit;
using Webmail.Mail.Caching;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Messages;

/// <summary>Reads what the mail server knows about messages beyond the index: one FETCH per mailbox.</summary>
public sealed class EmailReader(ImapPool pool, ReadCache cache)
{
    /// <summary>In the order given; messages that are not there (any longer) are left out.</summary>
    public async ValueTask<Email[]> ReadAsync(
        MailAccount account, IReadOnlyList<Email> emails, EmailDetail detail, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(emails);
        return emails.Count == 0 || detail == EmailDetail.None
            ? [.. emails]
            : await account.Choices.ChooseAsync("imap.fetch", token => KnownOrFetchedAsync(account, emails, detail, token), cancellationToken);
    }

    /// <summary>The same without remembering the answer: within choices only.</summary>
    public async ValueTask<Email[]> FetchAsync(
        Credentials credentials, IReadOnlyList<Email> emails, EmailDetail detail, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(emails);
        var items = MessageSummaryItems.UniqueId
            | (detail.HasFlag(EmailDetail.Body) ? MessageSummaryItems.BodyStructure : MessageSummaryItems.None)
            | (detail.HasFlag(EmailDetail.Preview) ? MessageSummaryItems.PreviewText : MessageSummaryItems.None)
            | (detail.HasFlag(EmailDetail.Headers) ? MessageSummaryItems.Headers : MessageSummaryItems.None);
        var reader = new SummariesReader(pool, credentials);
        var found = new Dictionary<long, Email>();
        foreach (var group in emails.GroupBy(email => (email.Id.Mailbox.Name, email.Id.Validity)))
        {
            var byUid = group.DistinctBy(email => email.Id.Uid).ToDictionary(email => email.Id.Uid);
            foreach (var summary in await reader.ReadAsync(group.Key.Name, group.Key.Validity, [.. byUid.Keys], new FetchRequest(items), cancellationToken))
            {
                var email = byUid[summary.Uid];
                found[email.Id.Key] = summary.Found is { } known
                    ? SummaryReader.WithDetail(email, detail, known)
                    : email with { Envelope = email.Envelope with { IsPartial = true }, Preview = email.Preview ?? "" };
            }
        }

        return [.. emails.Select(email => found.GetValueOrDefault(email.Id.Key)).OfType<Email>()];
    }

    private async ValueTask<Email[]> KnownOrFetchedAsync(
        MailAccount account, IReadOnlyList<Email> emails, EmailDetail detail, CancellationToken cancellationToken)
    {
        var read = emails.ToDictionary(email => email.Id.Key, email => cache.Find<EmailContent>(Key(email))?.Of(email));
        foreach (var email in await FetchAsync(account.Credentials, [.. emails.Where(email => read[email.Id.Key] is null)], detail, cancellationToken))
        {
            var content = EmailContent.Read(email);
            cache.PutContent(Key(email), content, content.Bytes);
            read[email.Id.Key] = email;
        }

        return [.. emails.Select(email => read[email.Id.Key]).OfType<Email>()];

        object Key(Email email) => (account.Id, email.Id, detail);
    }
}
