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

    /// <summary>Null if nothing has changed: one STATUS, or a NOOP where the mailbox is open.</summary>
    /// <param name="credentials">Whose mailbox.</param>
    /// <param name="mailbox">Which.</param>
    /// <param name="mark">How far the index is.</param>
    /// <param name="newest">How many of the newest messages to read from a mailbox that was never read.</param>
    /// <param name="flagsOf">UIDs whose flags are read where the server cannot tell which have changed; null: all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<MailboxNews?> ReadAsync(
        Credentials credentials, MailboxId mailbox, MailboxMark mark, int newest, IReadOnlyCollection<uint>? flagsOf, CancellationToken cancellationToken)
    {
        var heard = await pool.AskAsync(
            credentials, mailbox.Name, (connection, token) => ListenAsync(connection, mailbox, mark, newest, flagsOf, token), cancellationToken);
        return heard is null
            ? null
            : heard.News with { Arrived = await ReadThoseAsync(credentials, mailbox, heard.News.Mark.Validity, heard.Uids, cancellationToken) };
    }

    /// <summary>Messages older than the mark, the newest of them first; the news' mark reaches as far down as was read.</summary>
    public async Task<MailboxNews> ReadOlderAsync(Credentials credentials, MailboxId mailbox, MailboxMark mark, int spanUids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(mark);
        var from = mark.FromUid > spanUids ? mark.FromUid - (uint)spanUids : 1;
        var uids = await pool.AskAsync<uint[]?>(
            credentials,
            mailbox.Name,
            async (connection, token) =>
            {
                var folder = await connection.OpenAsync(mailbox.Name, FolderAccess.ReadOnly, token);
                var range = new UniqueIdRange(new UniqueId(folder.UidValidity, from), new UniqueId(folder.UidValidity, mark.FromUid - 1));
                return folder.UidValidity == mark.Validity ? [.. (await folder.SearchAsync(SearchQuery.Uids(range), token)).Select(uid => uid.Id)] : null;
            },
            cancellationToken);
        return uids is null
            ? new MailboxNews(false, [], [], null, mark, HasMore: true)
            : new MailboxNews(
                false, await ReadThoseAsync(credentials, mailbox, mark.Validity, uids, cancellationToken), [], null, mark with { FromUid = from }, HasMore: from > 1);
    }

    /// <summary>Just these messages, wherever the index is; those that are not there (any longer) are left out.</summary>
    public async Task<Email[]> ReadThoseAsync(Credentials credentials, MailboxId mailbox, uint validity, uint[] uids, CancellationToken cancellationToken)
    {
        var request = new FetchRequest(SummaryReader.Items, SummaryReader.Fields);
        var found = await new SummariesReader(pool, credentials).ReadAsync(mailbox.Name, validity, uids, request, cancellationToken);
        return [.. found.Select(summary => SummaryReader.Read(new EmailId(0, mailbox, validity, summary.Uid), summary))];
    }

    private static async Task<Heard?> ListenAsync(
        ImapConnection connection, MailboxId mailbox, MailboxMark mark, int newest, IReadOnlyCollection<uint>? flagsOf, CancellationToken cancellationToken)
    {
        var hasModSeq = connection.Client.Capabilities.HasFlag(ImapCapabilities.CondStore);
        var folder = await connection.FolderAsync(mailbox.Name, cancellationToken);
        await connection.LearnAsync(cancellationToken);
        var isOpen = connection.OpenMailbox == mailbox.Name;
        if (connection.IsAskedAgain(mailbox.Name) && !isOpen)
        {
            await connection.OpenAsync(mailbox.Name, FolderAccess.ReadOnly, cancellationToken);
            isOpen = true;
        }

        if (isOpen && mark.Equals(connection.Conclusion))
        {
            // Where each change has a number (RFC 7162), the server tells it to whoever has the mailbox open. There was nothing.
            return null;
        }

        // Before anything is read: what changes in between is read twice rather than never.
        await folder.StatusAsync(
            StatusItems.Count | StatusItems.Unread | StatusItems.UidNext | StatusItems.UidValidity | (hasModSeq ? StatusItems.HighestModSeq : StatusItems.None),
            cancellationToken);
        var status = new MailboxMark(
            folder.UidValidity, folder.UidNext?.Id ?? 0, mark.FromUid, hasModSeq ? folder.HighestModSeq : 0, Math.Max(folder.Count, 0), Math.Max(folder.Unread, 0));
        if (status == mark && (flagsOf is { Count: 0 } || status.ModSeq != 0))
        {
            connection.Conclusion = isOpen && status.ModSeq != 0 ? status : null;
            return null;
        }

        folder = await connection.OpenAsync(mailbox.Name, FolderAccess.ReadOnly, cancellationToken);
        var reset = folder.UidValidity != mark.Validity;
        if (reset)
        {
            mark = new MailboxMark(folder.UidValidity, 0, 0, 0, 0, 0);
        }

        var (arrived, fromUid, hasMore) = mark.NextUid == 0
            ? await NewestAsync(folder, newest, cancellationToken)
            : await SinceAsync(folder, mark, cancellationToken);
        var marked = reset ? [] : await MarkedAsync(folder, mark, status, status == mark ? flagsOf : null, cancellationToken);
        var total = folder.Count;
        uint[]? present = null;
        if (hasMore)
        {
            total = mark.Total + arrived.Length;
        }
        else if (!reset && total != mark.Total + arrived.Length)
        {
            present = [.. (await folder.SearchAsync(SearchQuery.All, cancellationToken)).Select(uid => uid.Id)];
            total = present.Length;
        }

        var nextUid = arrived.Select(uid => uid + 1).Append(hasMore ? 0 : Math.Max(status.NextUid, mark.NextUid)).Max();
        var reached = status with { Validity = folder.UidValidity, NextUid = nextUid, FromUid = fromUid, Total = total };
        return new Heard(new MailboxNews(reset, [], marked, present, reached, hasMore), arrived);
    }

    private static async Task<(uint[] Arrived, uint FromUid, bool HasMore)> NewestAsync(IMailFolder folder, int newest, CancellationToken cancellationToken)
    {
        if (folder.Count == 0)
        {
            return ([], 1, false);
        }

        var first = Math.Max(0, folder.Count - newest);
        uint[] found = [.. (await folder.FetchAsync(first, -1, MessageSummaryItems.UniqueId, cancellationToken)).Select(summary => summary.UniqueId.Id)];
        return (found, first == 0 || found.Length == 0 ? 1 : found.Min(), false);
    }

    private static async Task<(uint[] Arrived, uint FromUid, bool HasMore)> SinceAsync(IMailFolder folder, MailboxMark mark, CancellationToken cancellationToken)
    {
        var range = new UniqueIdRange(new UniqueId(folder.UidValidity, mark.NextUid), UniqueId.MaxValue);
        uint[] uids =
        [
            .. (await folder.SearchAsync(SearchQuery.Uids(range), cancellationToken)).Select(uid => uid.Id)
                // A range whose end lies beyond the last message means that message (RFC 3501 §6.4.8).
                .Where(uid => uid >= mark.NextUid).Order(),
        ];
        return (uids[..Math.Min(uids.Length, BatchMax)], mark.FromUid, uids.Length > BatchMax);
    }

    private static async Task<MarkedEmail[]> MarkedAsync(
        IMailFolder folder, MailboxMark mark, MailboxMark status, IReadOnlyCollection<uint>? flagsOf, CancellationToken cancellationToken)
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

        IList<UniqueId> known = flagsOf is null
            ? new UniqueIdRange(new UniqueId(folder.UidValidity, 1), new UniqueId(folder.UidValidity, mark.NextUid - 1))
            : [.. flagsOf.Order().Select(uid => new UniqueId(folder.UidValidity, uid))];
        var summaries = await folder.FetchAsync(known, request, cancellationToken);
        return
        [
            .. summaries.Where(summary => summary.UniqueId.IsValid && summary.Flags is not null)
                .Select(summary => new MarkedEmail(summary.UniqueId.Id, Keywords.Of(summary.Flags!.Value, summary.Keywords ?? new HashSet<string>()))),
        ];
    }

    /// <summary>News, with the UIDs of what has arrived still to be read.</summary>
    private sealed record Heard(MailboxNews News, uint[] Uids);
}
