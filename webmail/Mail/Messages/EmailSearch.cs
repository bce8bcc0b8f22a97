using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Messages;

/// <summary>Finds messages with the mail server's own SORT and SEARCH.</summary>
public sealed class EmailSearch(ImapPool pool)
{
    public const int LimitMax = 500;

    public ValueTask<EmailFinding> FindAsync(MailAccount account, EmailQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(query);
        return account.Choices.ChooseAsync(
            "imap.sort",
            async token => await pool.AskAsync(
                account.Credentials, query.Mailbox.Name, (connection, inner) => FindAsync(connection, query, inner), token),
            cancellationToken);
    }

    private static async Task<EmailFinding> FindAsync(
        ImapConnection connection, EmailQuery query, CancellationToken cancellationToken)
    {
        var folder = await connection.OpenAsync(query.Mailbox.Name, FolderAccess.ReadOnly, cancellationToken);
        var uids = await SortAsync(connection, folder, query, cancellationToken);
        var position = query.Position < 0 ? Math.Max(uids.Count + query.Position, 0) : query.Position;
        var window = uids.Skip(position).Take(Math.Min(query.Limit, LimitMax)).Select(uid => uid.Id);
        return new EmailFinding(folder.UidValidity, [.. window], position, uids.Count, folder.HighestModSeq);
    }

    private static Task<IList<UniqueId>> SortAsync(
        ImapConnection connection, IMailFolder folder, EmailQuery query, CancellationToken cancellationToken)
    {
        var order = new OrderBy(Key(query.Order), query.Ascending ? SortOrder.Ascending : SortOrder.Descending);
        return connection.Client.Capabilities.HasFlag(ImapCapabilities.Sort)
            ? folder.SortAsync(Criteria(query), [order], cancellationToken)
            : NewestFirstAsync(folder, query, cancellationToken);
    }

    // Without SORT (RFC 5256) the order of arrival is the order of UIDs, which is what nearly every list shows.
    private static async Task<IList<UniqueId>> NewestFirstAsync(
        IMailFolder folder, EmailQuery query, CancellationToken cancellationToken)
    {
        var uids = await folder.SearchAsync(Criteria(query), cancellationToken);
        return query.Ascending ? [.. uids.Order()] : [.. uids.OrderDescending()];
    }

    private static SearchQuery Criteria(EmailQuery query)
    {
        var criteria = query.Text is { Length: > 0 } text ? SearchQuery.MessageContains(text) : SearchQuery.All;
        criteria = query.HasKeyword is { } has ? criteria.And(Flag(has, set: true)) : criteria;
        return query.NotKeyword is { } not ? criteria.And(Flag(not, set: false)) : criteria;
    }

    private static SearchQuery Flag(string keyword, bool set)
    {
        var (flags, others) = Keywords.ToImap([keyword]);
        return others.Count > 0
            ? set ? SearchQuery.HasKeyword(keyword) : SearchQuery.NotKeyword(keyword)
            : set ? SearchQuery.HasFlags(flags) : SearchQuery.NotFlags(flags);
    }

    private static OrderByType Key(EmailOrder order) => order switch
    {
        EmailOrder.SentAt => OrderByType.Date,
        EmailOrder.From => OrderByType.From,
        EmailOrder.Subject => OrderByType.Subject,
        EmailOrder.Size => OrderByType.Size,
        _ => OrderByType.Arrival,
    };
}
