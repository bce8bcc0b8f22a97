using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Sync;

/// <summary>Finds messages with the mail server's own SEARCH and SORT.</summary>
/// <param name="pool">Connections.</param>
/// <param name="spanUids">UIDs that one SEARCH is about: however large the mailbox is, no question takes too long, and others get their turn in between.</param>
public sealed class MailboxSearch(ImapPool pool, uint spanUids = 20_000)
{
    /// <summary>In one command: a line of 8,192 octets is what every server takes (RFC 7162 §4).</summary>
    private const int RangesMax = 300;

    /// <summary>UIDs in no particular order; none if the mailbox is not there any longer.</summary>
    public async Task<uint[]> FindAsync(Credentials credentials, MailboxId mailbox, SearchQuery criteria, CancellationToken cancellationToken)
    {
        var found = new HashSet<uint>();
        for (uint? before = null; before is not 1;)
        {
            var to = before - 1;
            var from = 1u;
            var uids = await AskAsync(credentials, mailbox, async (_, folder, token) =>
            {
                // What has just come may lie beyond UIDNEXT as it was told: there the first span has no end.
                var next = to + 1 ?? folder.UidNext?.Id ?? 0;
                from = next > spanUids ? next - spanUids : 1;
                var span = new UniqueIdRange(new UniqueId(from), to is { } last ? new UniqueId(last) : UniqueId.MaxValue);
                return await folder.SearchAsync(SearchQuery.Uids(span).And(criteria), token);
            }, cancellationToken);
            found.UnionWith(uids);
            before = from;
        }

        return [.. found];
    }

    /// <summary>Those of the UIDs that the criteria are true of; none if the mailbox is not there any longer.</summary>
    public async Task<uint[]> FindAsync(
        Credentials credentials, MailboxId mailbox, IEnumerable<uint> among, SearchQuery criteria, CancellationToken cancellationToken)
    {
        var found = new List<uint>();
        foreach (var uids in Sets(among))
        {
            found.AddRange(await AskAsync(
                credentials, mailbox, (_, folder, token) => folder.SearchAsync(SearchQuery.Uids(uids).And(criteria), token), cancellationToken));
        }

        return [.. found];
    }

    /// <summary>UIDs in order; without SORT (RFC 5256) in the order of arrival, which is what nearly every list shows.</summary>
    public Task<uint[]> SortAsync(
        Credentials credentials, MailboxId mailbox, SearchQuery criteria, MailboxOrder order, bool ascending, CancellationToken cancellationToken) =>
        AskAsync(
            credentials,
            mailbox,
            async (connection, folder, token) =>
            {
                if (connection.Client.Capabilities.HasFlag(ImapCapabilities.Sort))
                {
                    return await folder.SortAsync(criteria, [new OrderBy(Key(order), ascending ? SortOrder.Ascending : SortOrder.Descending)], token);
                }

                var uids = await folder.SearchAsync(criteria, token);
                return ascending ? [.. uids.Order()] : [.. uids.OrderDescending()];
            },
            cancellationToken);

    private IEnumerable<UniqueIdSet> Sets(IEnumerable<uint> uids)
    {
        var set = new UniqueIdSet(SortOrder.Ascending);
        var (ranges, last) = (0, 0u);
        foreach (var uid in uids.Order())
        {
            ranges += set.Count == 0 || uid - last > 1 ? 1 : 0;
            if (set.Count == spanUids || ranges > RangesMax)
            {
                yield return set;
                (set, ranges) = (new UniqueIdSet(SortOrder.Ascending), 1);
            }

            set.Add(new UniqueId(uid));
            last = uid;
        }

        if (set.Count > 0)
        {
            yield return set;
        }
    }

    private Task<uint[]> AskAsync(
        Credentials credentials, MailboxId mailbox, Func<ImapConnection, IMailFolder, CancellationToken, Task<IList<UniqueId>>> ask, CancellationToken cancellationToken) =>
        pool.AskAsync<uint[]>(
            credentials,
            mailbox.Name,
            async (connection, token) =>
            {
                try
                {
                    var folder = await connection.OpenAsync(mailbox.Name, FolderAccess.ReadOnly, token);
                    return [.. (await ask(connection, folder, token)).Select(uid => uid.Id)];
                }
                catch (FolderNotFoundException)
                {
                    return [];
                }
            },
            cancellationToken);

    private static OrderByType Key(MailboxOrder order) => order switch
    {
        MailboxOrder.SentAt => OrderByType.Date,
        MailboxOrder.From => OrderByType.From,
        MailboxOrder.To => OrderByType.To,
        MailboxOrder.Subject => OrderByType.Subject,
        MailboxOrder.Size => OrderByType.Size,
        _ => OrderByType.Arrival,
    };
}

/// <summary>What SORT compares.</summary>
public enum MailboxOrder
{
    ReceivedAt,
    SentAt,
    From,
    To,
    Subject,
    Size,
}
