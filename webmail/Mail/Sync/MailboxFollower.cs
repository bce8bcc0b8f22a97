using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Sync;

/// <summary>
/// Asks the mail server what has changed in a mailbox: by CONDSTORE (RFC 7162) where it has that, else by reading all flags.
/// What has gone shows in the number of messages; only if that does not add up, all UIDs are read (one line with ESEARCH).
/// </summary>
public sealed class MailboxFollower(ImapPool pool)
{
    /// <summary>Messages read at once.</summary>
    public const int BatchMax = 1000;

    /// <summary>Null if nothing has changed: one STATUS, and no mailbox is opened.</summary>
    /// <param name="credentials">Whose mailbox.</param>
    /// <param name="mailbox">Which.</param>
    /// <param name="mark">How far the index is.</param>
    /// <param name="newest">How many of the newest messages to read from a mailbox that was never read.</param>
    /// <param name="allFlags">Read all flags where the server cannot tell which have changed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<MailboxNews?> ReadAsync(
        Credentials credentials, MailboxId mailbox, MailboxMark mark, int newest, bool allFlags, CancellationToken cancellationToken) =>
        pool.AskAsync(
            credentials, mailbox.Name, (connection, token) => ReadAsync(connection, mailbox, mark, newest, allFlags, token), cancellationToken);

    /// <summary>Messages older than the mark, the newest of them first; the news' mark reaches as far down as was read.</summary>
    public Task<MailboxNews> ReadOlderAsync(Credentials credentials, MailboxId mailbox, MailboxMark mark, int spanUids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(mark);
        return pool.AskAsync(
            credentials,
            mailbox.Name,
            async (connection, token) =>
            {
                var folder = await connection.OpenAsync(mailbox.Name, FolderAccess.ReadOnly, token);
                if (folder.UidValidity != mark.Validity)
                {
                    return new MailboxNews(false, [], [], null, mark, HasMore: true);
                }

                var from = mark.FromUid > spanUids ? mark.FromUid - (uint)spanUids : 1;
                var range = new UniqueIdRange(new UniqueId(folder.UidValidity, from), new UniqueId(folder.UidValidity, mark.FromUid - 1));
                var found = await FetchAsync(folder, mailbox, range, token);
                return new MailboxNews(false, found, [], null, mark with { FromUid = from }, HasMore: from > 1);
            },
            cancellationToken);
    }

    /// <summary>Just these messages, wherever the index is.</summary>
    public Task<Email[]> ReadThoseAsync(Credentials credentials, MailboxId mailbox, uint validity, IReadOnlyList<uint> uids, CancellationToken cancellationToken) =>
        pool.AskAsync(
            credentials,
            mailbox.Name,
            async (connection, token) =>
            {
                var folder = await connection.OpenAsync(mailbox.Name, FolderAccess.ReadOnly, token);
                return folder.UidValidity == validity ? await FetchAsync(folder, mailbox, [.. uids.Select(uid => new UniqueId(validity, uid))], token) : [];
            },
            cancellationToken);

    private static async Task<MailboxNews?> ReadAsync(
        ImapConnection connection, MailboxId mailbox, MailboxMark mark, int newest, bool allFlags, CancellationToken cancellationToken)
    {
        var hasModSeq = connection.Client.Capabilities.HasFlag(ImapCapabilities.CondStore);
        var folder = await connection.FolderAsync(mailbox.Name, cancellationToken);
        await connection.LearnAsync(cancellationToken);
        // Before anything is read: what changes in between is read twice rather than never.
        await folder.StatusAsync(
            StatusItems.Count | StatusItems.Unread | StatusItems.UidNext | StatusItems.UidValidity | (hasModSeq ? StatusItems.HighestModSeq : StatusItems.None),
            cancellationToken);
        var status = new MailboxMark(
            folder.UidValidity, folder.UidNext?.Id ?? 0, mark.FromUid, hasModSeq ? folder.HighestModSeq : 0, Math.Max(folder.Count, 0), Math.Max(folder.Unread, 0));
        if (status == mark && !(allFlags && status.ModSeq == 0))
        {
            return null;
        }

        folder = await connection.OpenAsync(mailbox.Name, FolderAccess.ReadOnly, cancellationToken);
        var reset = folder.UidValidity != mark.Validity;
        if (reset)
        {
            mark = new MailboxMark(folder.UidValidity, 0, 0, 0, 0, 0);
        }

        var (arrived, fromUid, hasMore) = mark.NextUid == 0
            ? await NewestAsync(folder, mailbox, newest, cancellationToken)
            : await SinceAsync(folder, mailbox, mark, cancellationToken);
        var marked = reset ? [] : await MarkedAsync(folder, mark, status, allFlags, cancellationToken);
        var total = folder.Count;
        uint[]? present = null;
        if (!reset && !hasMore && total != mark.Total + arrived.Length)
        {
            present = [.. (await folder.SearchAsync(SearchQuery.All, cancellationToken)).Select(uid => uid.Id)];
            total = present.Length;
        }

        var nextUid = arrived.Select(email => email.Id.Uid + 1).Append(hasMore ? 0 : Math.Max(status.NextUid, mark.NextUid)).Max();
        return new MailboxNews(
            reset, arrived, marked, present, status with { Validity = folder.UidValidity, NextUid = nextUid, FromUid = fromUid, Total = hasMore ? mark.Total + arrived.Length : total }, hasMore);
    }

    private static async Task<(Email[] Arrived, uint FromUid, bool HasMore)> NewestAsync(
        IMailFolder folder, MailboxId mailbox, int newest, CancellationToken cancellationToken)
    {
        if (folder.Count == 0)
        {
            return ([], 1, false);
        }

        var first = Math.Max(0, folder.Count - newest);
        var summaries = await folder.FetchAsync(first, -1, new FetchRequest(SummaryReader.Items, SummaryReader.Fields), cancellationToken);
        var found = Emails(folder, mailbox, summaries);
        return (found, first == 0 || found.Length == 0 ? 1 : found.Min(email => email.Id.Uid), false);
    }

    private static async Task<(Email[] Arrived, uint FromUid, bool HasMore)> SinceAsync(
        IMailFolder folder, MailboxId mailbox, MailboxMark mark, CancellationToken cancellationToken)
    {
        var range = new UniqueIdRange(new UniqueId(folder.UidValidity, mark.NextUid), UniqueId.MaxValue);
        var uids = (await folder.SearchAsync(SearchQuery.Uids(range), cancellationToken))
            // A range whose end lies beyond the last message means that message (RFC 3501 §6.4.8).
            .Where(uid => uid.Id >= mark.NextUid).Order().ToArray();
        var arrived = uids.Length == 0 ? [] : await FetchAsync(folder, mailbox, uids.AsSpan(0, Math.Min(uids.Length, BatchMax)).ToArray(), cancellationToken);
        return (arrived, mark.FromUid, uids.Length > BatchMax);
    }

    private static async Task<MarkedEmail[]> MarkedAsync(
        IMailFolder folder, MailboxMark mark, MailboxMark status, bool allFlags, CancellationToken cancellationToken)
    {
        if (mark.NextUid <= 1 || (mark.ModSeq > 0 && mark.ModSeq == status.ModSeq))
        {
            return [];
        }

        var request = new FetchRequest(MessageSummaryItems.UniqueId | MessageSummaryItems.Flags);
        if (mark.ModSeq > 0 && status.ModSeq > 0)
        {
            request.ChangedSince = mark.ModSeq;
        }
        else if (!allFlags && mark.Unread == status.Unread && mark.Total == status.Total)
        {
            return [];
        }

        var known = new UniqueIdRange(new UniqueId(folder.UidValidity, 1), new UniqueId(folder.UidValidity, mark.NextUid - 1));
        var summaries = await folder.FetchAsync(known, request, cancellationToken);
        return
        [
            .. summaries.Where(summary => summary.UniqueId.IsValid && summary.Flags is not null)
                .Select(summary => new MarkedEmail(summary.UniqueId.Id, Keywords.Of(summary.Flags!.Value, summary.Keywords ?? new HashSet<string>()))),
        ];
    }

    private static async Task<Email[]> FetchAsync(IMailFolder folder, MailboxId mailbox, IList<UniqueId> uids, CancellationToken cancellationToken) =>
        Emails(folder, mailbox, await folder.FetchAsync(uids, new FetchRequest(SummaryReader.Items, SummaryReader.Fields), cancellationToken));

    private static Email[] Emails(IMailFolder folder, MailboxId mailbox, IList<IMessageSummary> summaries) =>
    [
        .. summaries.Where(summary => summary.UniqueId.IsValid && summary.Envelope is not null).DistinctBy(summary => summary.UniqueId)
            .Select(summary => SummaryReader.Read(new EmailId(0, mailbox, folder.UidValidity, summary.UniqueId.Id), summary)),
    ];
}
