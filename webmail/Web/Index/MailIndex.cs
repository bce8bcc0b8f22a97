using Webmail.Mail.Ids;
using Webmail.Mail.Imap;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Web.Jmap.Methods;

namespace Webmail.Web.Index;

/// <summary>
/// The account's mail as JMAP sees it. Each question is one choice: the mail server is asked what is new, the index follows,
/// and the answer comes from there; while the mail server is away, from what is known. Throwing the index away loses nothing but the keys in ids.
/// </summary>
internal sealed class MailIndex(IndexReader reader, KnownMail known, IndexSync sync, EmailFinder finder, EmailReader emails)
{
    private const int RoundsMax = 10;

    public ValueTask<FoundMailboxes> MailboxesAsync(MailAccount account, CancellationToken cancellationToken) =>
        account.Choices.ChooseAsync(
            "index.mailboxes",
            async token =>
            {
                var rows = (await known.ListAsync(account, token)).Rows;
                return new FoundMailboxes(await reader.StateAsync(account.Id, token), rows);
            },
            cancellationToken);

    /// <summary>A mailbox that holds messages; null if there is none with this key.</summary>
    public ValueTask<MailboxId?> MailboxAsync(MailAccount account, long key, CancellationToken cancellationToken) =>
        account.Choices.ChooseAsync<MailboxId?>(
            "index.mailbox",
            async token => await reader.MailboxAsync(account.Id, key, token) is { Selectable: true } row ? row.MailboxId : null,
            cancellationToken);

    /// <summary>The messages there are, in no particular order; with previews, if asked for and to be had, read from the mail server once.</summary>
    public ValueTask<FoundEmails> EmailsAsync(MailAccount account, IReadOnlyCollection<string> ids, bool previews, CancellationToken cancellationToken)
    {
        var keys = Keys(ids);
        return account.Choices.ChooseAsync(
            "index.emails",
            async token =>
            {
                var state = await reader.StateAsync(account.Id, token);
                return new FoundEmails(state, await ReadAsync(account, state, keys, previews, token));
            },
            cancellationToken);
    }

    public static long[] Keys(IReadOnlyCollection<string> ids) => [.. ids.Select(id => EmailId.TryKey(id, out var key) ? key : 0).Where(key => key != 0).Distinct()];

    /// <summary>Within choices only.</summary>
    public async Task<Email[]> ReadAsync(MailAccount account, long state, long[] keys, bool previews, CancellationToken cancellationToken)
    {
        var found = await reader.EmailsAsync(account.Id, state, keys, cancellationToken);
        return previews && found.Any(email => email.Preview is null) ? await WithPreviewsAsync(account, state, found, cancellationToken) : found;
    }

    /// <summary>Null if there is no such message.</summary>
    public async ValueTask<Email?> EmailAsync(MailAccount account, string? id, CancellationToken cancellationToken) =>
        id is null ? null : (await EmailsAsync(account, [id], false, cancellationToken)).Emails.FirstOrDefault();

    /// <summary>Which part of which message a blob id names, and where that lies; null if there is none.</summary>
    public async ValueTask<BlobId?> BlobAsync(MailAccount account, string? id, CancellationToken cancellationToken) =>
        BlobId.TryParse(id, out var key, out var part) && await EmailAsync(account, EmailId.Text(key), cancellationToken) is { } email
            ? new BlobId(email.Id, part)
            : null;

    public ValueTask<FoundIds> FindAsync(MailAccount account, EmailQuery query, QueryWindow window, bool calculateTotal, CancellationToken cancellationToken) =>
        account.Choices.ChooseAsync("index.query", token => finder.FindAsync(account, query, window, calculateTotal, token), cancellationToken);

    public ValueTask<FoundQueryChanges> FindChangesAsync(MailAccount account, EmailQuery query, long since, CancellationToken cancellationToken) =>
        account.Choices.ChooseAsync("index.query-changes", token => finder.FindChangesAsync(account, query, since, token), cancellationToken);

    public ValueTask<FoundThreads> ThreadsAsync(MailAccount account, IReadOnlyCollection<long> threads, CancellationToken cancellationToken) =>
        account.Choices.ChooseAsync(
            "index.threads",
            async token =>
            {
                var state = await reader.StateAsync(account.Id, token);
                var found = await reader.ThreadsAsync(account.Id, threads, token);
                return new FoundThreads(state, found.ToDictionary(thread => thread.Key, thread => thread.ToArray()));
            },
            cancellationToken);

    /// <summary>What has changed anywhere.</summary>
    public ValueTask<FoundChanges> ChangesAsync(MailAccount account, IndexType type, long since, int? idsMax, CancellationToken cancellationToken) =>
        account.Choices.ChooseAsync(
            "index.changes",
            async token =>
            {
                await (type == IndexType.Mailbox ? known.ListAsync(account, token) : known.FollowAllAsync(account, token));
                return await IndexChangeReader.ReadAsync(reader, account.Id, type, since, idsMax, token);
            },
            cancellationToken);

    /// <summary>What has changed about mailboxes, and those there are at the state after it; null if that is not known, or if they do not stand still.</summary>
    public ValueTask<FoundMailboxChanges?> MailboxChangesAsync(MailAccount account, long since, CancellationToken cancellationToken) =>
        account.Choices.ChooseAsync<FoundMailboxChanges?>(
            "index.mailbox-changes",
            async token =>
            {
                await known.ListAsync(account, token);
                for (var round = 0; round < RoundsMax; round++)
                {
                    if ((await IndexChangeReader.ReadAsync(reader, account.Id, IndexType.Mailbox, since, null, token)).Changes is not { HasMore: false } changes)
                    {
                        return null;
                    }

                    var rows = await reader.MailboxesAsync(account.Id, token);
                    if (await reader.StateAsync(account.Id, token) == changes.NewState)
                    {
                        return new FoundMailboxChanges(changes, rows);
                    }
                }

                return null;
            },
            cancellationToken);

    public ValueTask<long> StateAsync(MailAccount account, CancellationToken cancellationToken) =>
        account.Choices.ChooseAsync("index.state", async token => await reader.StateAsync(account.Id, token), cancellationToken);

    /// <summary>We have moved a message.</summary>
    public ValueTask<long> MovedAsync(MailAccount account, long email, long mailbox, uint uid, CancellationToken cancellationToken) =>
        account.Choices.ChooseAsync(
            "index.moved",
            async token =>
            {
                await sync.MoveAsync(account.Id, email, mailbox, uid, token);
                return await reader.StateAsync(account.Id, token);
            },
            cancellationToken);

    /// <summary>We have renamed a mailbox.</summary>
    public ValueTask<bool> RenamedAsync(MailAccount account, string from, string to, CancellationToken cancellationToken) =>
        account.Choices.ChooseAsync("index.renamed", async token => await sync.RenameAsync(account.Id, from, to, token), cancellationToken);

    /// <summary>We have changed something in these mailboxes; the state that includes it.</summary>
    public ValueTask<long> FollowAsync(MailAccount account, IReadOnlyDictionary<long, HashSet<uint>> mailboxes, CancellationToken cancellationToken) =>
        account.Choices.ChooseAsync(
            "index.follow",
            async token =>
            {
                foreach (var (mailbox, marked) in mailboxes.OrderBy(pair => pair.Key))
                {
                    await sync.FollowAsync(account.Credentials, account.Id, mailbox, marked, token);
                }

                return await reader.StateAsync(account.Id, token);
            },
            cancellationToken);

    /// <summary>The message we have written there; null if it has gone again.</summary>
    public ValueTask<Email?> WrittenAsync(MailAccount account, long mailbox, uint uid, CancellationToken cancellationToken) =>
        account.Choices.ChooseAsync<Email?>(
            "index.written",
            async token =>
            {
                await sync.FollowAsync(account.Credentials, account.Id, mailbox, token);
                return await reader.EmailAtAsync(account.Id, mailbox, uid, token);
            },
            cancellationToken);

    /// <summary>The messages we have written there, as far as they have not gone again.</summary>
    public ValueTask<FoundEmails> WrittenAsync(MailAccount account, IReadOnlyCollection<WrittenAt> places, CancellationToken cancellationToken) =>
        account.Choices.ChooseAsync(
            "index.written",
            async token =>
            {
                var keys = new List<long>();
                foreach (var mailbox in places.GroupBy(place => place.Mailbox).OrderBy(group => group.Key))
                {
                    await sync.FollowAsync(account.Credentials, account.Id, mailbox.Key, token);
                    keys.AddRange((await reader.KeysAsync(account.Id, mailbox.Key, [.. mailbox.Select(place => place.Uid)], token)).Values);
                }

                var state = await reader.StateAsync(account.Id, token);
                return new FoundEmails(state, await reader.EmailsAsync(account.Id, state, keys, token));
            },
            cancellationToken);

    private async Task<Email[]> WithPreviewsAsync(MailAccount account, long state, Email[] found, CancellationToken cancellationToken)
    {
        Email[] missing = [.. found.Where(email => email.Preview is null)];
        Email[] read;
        try
        {
            read = await emails.FetchAsync(account.Credentials, missing, EmailDetail.Body | EmailDetail.Preview, cancellationToken);
        }
        catch (MailUnavailableException)
        {
            // They are read once the mail server is back.
            return found;
        }

        await reader.SavePreviewsAsync(account.Id, read, cancellationToken);
        var byKey = read.ToDictionary(email => email.Id.Key);
        Email[] all = [.. found.Select(email => byKey.TryGetValue(email.Id.Key, out var one) ? one with { Body = EmailBody.Empty, Preview = one.Preview ?? "" } : email)];
        reader.Remember(account.Id, state, all);
        return all;
    }
}

/// <summary>All mailboxes, by name.</summary>
internal sealed record FoundMailboxes(long State, MailboxRow[] Mailboxes);

/// <summary>What has changed about mailboxes, and all of them after it.</summary>
internal sealed record FoundMailboxChanges(ChangedKeys Changes, MailboxRow[] Mailboxes);

/// <summary>The messages of some ids.</summary>
internal sealed record FoundEmails(long State, Email[] Emails);

/// <summary>Where a message was written: the mailbox's key, and its UID there.</summary>
internal sealed record WrittenAt(long Mailbox, uint Uid)
{
    public static WrittenAt Of(EmailId id) => new(id.Mailbox.Key, id.Uid);
}

/// <summary>A window of a query's results.</summary>
/// <param name="Page">Null if the anchor is not among the results.</param>
/// <param name="CanCalculateChanges">The state stands for the whole query.</param>
internal sealed record FoundIds(long State, QueryPage? Page, bool CanCalculateChanges);

/// <summary>What a query's results have lost and won, or null if that is not known.</summary>
internal sealed record FoundQueryChanges(long State, string[]? Removed, AddedItem[] Added, int Total);

/// <summary>The messages of conversations, oldest first.</summary>
internal sealed record FoundThreads(long State, Dictionary<long, long[]> Threads);

/// <summary>Ids by what has happened to them; null if it is not known.</summary>
internal sealed record FoundChanges(ChangedKeys? Changes);
