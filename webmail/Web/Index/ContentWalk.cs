using Webmail.Mail.Ids;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Mail.Sync;
using Webmail.Web.Jmap.Methods;

namespace Webmail.Web.Index;

/// <summary>
/// Finds words in texts and names of attachments, which only the mail server knows. It is asked about the messages that satisfy all the rest of the
/// filter, the first of the list first and no further than the answer needs: what is shown first is there soon, however large the mailbox is.
/// </summary>
internal sealed class ContentWalk(IndexReader reader, MailboxSearch search, EmailReader emails)
{
    private const int CandidatesFirst = 500;
    private const int Growth = 4;
    private const int StructuresAtOnce = 500;

    /// <summary>The results as they begin, in order: all of them, or as many as the window needs.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="state">The account's, read before.</param>
    /// <param name="rows">The mailboxes in question.</param>
    /// <param name="query">Its order is that of the results.</param>
    /// <param name="filter">The filter of the query.</param>
    /// <param name="window">What is shown; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<string[]> FindAsync(
        MailAccount account, long state, IReadOnlyList<MailboxRow> rows, EmailQuery query, SplitFilter filter, QueryWindow? window, CancellationToken cancellationToken)
    {
        var names = filter.Contents.Where(condition => condition.Name == EmailFilter.AttachmentName).ToArray();
        var texts = filter.Contents.Except(names).ToArray();
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
                var found = texts.Length == 0 ? ask : await WithTextsAsync(account, mailboxes[ask.Key], [.. ask], texts, cancellationToken);
                hits.UnionWith(names.Length == 0 ? found.Select(one => one.Id) : await WithAttachmentsAsync(account, state, [.. found], names, cancellationToken));
            }

            var matching = candidates.Where(one => hits.Contains(one.Id));
            string[] results = [.. (query.CollapseThreads ? matching.DistinctBy(one => one.Thread) : matching).Select(one => EmailId.Text(one.Id))];
            if (candidates.Count < count || window!.IsWithin(results))
            {
                return results;
            }
        }
    }

    private async Task<IEnumerable<Candidate>> WithTextsAsync(
        MailAccount account, MailboxId mailbox, Candidate[] candidates, EmailCondition[] texts, CancellationToken cancellationToken)
    {
        var criteria = EmailSearchQuery.Of(new EmailOperator("AND", texts))!;
        var uids = (await search.FindAsync(account.Credentials, mailbox, candidates.Select(one => one.Uid), criteria, cancellationToken)).ToHashSet();
        return candidates.Where(one => uids.Contains(one.Uid));
    }

    /// <summary>IMAP cannot search for them: structures are read, in which names are decoded.</summary>
    private async Task<List<long>> WithAttachmentsAsync(
        MailAccount account, long state, Candidate[] candidates, EmailCondition[] names, CancellationToken cancellationToken)
    {
        var found = new List<long>();
        foreach (var chunk in candidates.Chunk(StructuresAtOnce))
        {
            var known = await reader.EmailsAsync(account.Id, state, [.. chunk.Select(one => one.Id)], cancellationToken);
            var read = await emails.FetchAsync(account.Credentials, known, EmailDetail.Body, cancellationToken);
            found.AddRange(read.Where(email => names.All(condition => HasNamed(email, condition.Texts))).Select(email => email.Id.Key));
        }

        return found;
    }

    private static bool HasNamed(Email email, string[] words) => email.Body.All.Any(
        part => part.Name is { } name && words.All(word => EmailText.Fold(name).Contains(EmailText.Fold(word), StringComparison.Ordinal)));

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
