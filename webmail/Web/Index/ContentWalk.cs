using Webmail.Mail.Ids;
using Webmail.Mail.Seams;
using Webmail.Mail.Sync;
using Webmail.Web.Jmap.Methods;

namespace Webmail.Web.Index;

/// <summary>
/// Finds words that only the mail server knows. It is asked about the messages that satisfy all the rest of the filter, the first of the list
/// first and no further than the answer needs: what is shown first is there soon, however large the mailbox is.
/// </summary>
internal sealed class ContentWalk(IndexReader reader, MailboxSearch search)
{
    private const int CandidatesFirst = 500;
    private const int Growth = 4;

    /// <summary>The results as they begin, in order: all of them, or as many as the window needs.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="rows">The mailboxes in question.</param>
    /// <param name="query">Its order is that of the results.</param>
    /// <param name="filter">The filter of the query.</param>
    /// <param name="window">What is shown; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<string[]> FindAsync(
        MailAccount account, IReadOnlyList<MailboxRow> rows, EmailQuery query, SplitFilter filter, QueryWindow? window, CancellationToken cancellationToken)
    {
        var criteria = EmailSearchQuery.Of(new EmailOperator("AND", filter.Contents))!;
        var mailboxes = rows.ToDictionary(row => row.Id, row => row.MailboxId);
        var (asked, hits) = (new HashSet<long>(), new HashSet<long>());
        for (var count = window is null ? int.MaxValue : CandidatesFirst; ; count *= Growth)
        {
            // Each time from the beginning: what has come or gone in between moves nothing past us.
            var candidates = await CandidatesAsync(account.Id, query, filter.Known, count, cancellationToken);
            var fresh = candidates.Where(one => mailboxes.ContainsKey(one.Mailbox) && !asked.Contains(one.Id)).ToList();
            asked.UnionWith(fresh.Select(one => one.Id));
            foreach (var ask in fresh.GroupBy(one => one.Mailbox))
            {
                var keys = ask.ToDictionary(one => one.Uid, one => one.Id);
                var found = await search.FindAsync(account.Credentials, mailboxes[ask.Key], keys.Keys, criteria, cancellationToken);
                hits.UnionWith(found.Where(keys.ContainsKey).Select(uid => keys[uid]));
            }

            var matching = candidates.Where(one => hits.Contains(one.Id));
            string[] results = [.. (query.CollapseThreads ? matching.DistinctBy(one => one.Thread) : matching).Select(one => EmailId.Text(one.Id))];
            if (candidates.Count < count || window!.IsWithin(results))
            {
                return results;
            }
        }
    }

    private async Task<List<Candidate>> CandidatesAsync(string account, EmailQuery query, EmailFilter known, int count, CancellationToken cancellationToken)
    {
        var sql = new EmailSql(account);
        var (where, order) = (sql.Where(known), sql.Order(query.Sort));
        return await reader.ListAsync(
            $"SELECT e.id, e.thread, e.mailbox, e.uid FROM email e WHERE e.account = $1 AND {where} ORDER BY {order} LIMIT {sql.Parameter(count)}",
            row => new Candidate(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), (uint)row.GetInt64(3)),
            cancellationToken,
            [.. sql.Parameters]);
    }

    private readonly record struct Candidate(long Id, long Thread, long Mailbox, uint Uid);
}
