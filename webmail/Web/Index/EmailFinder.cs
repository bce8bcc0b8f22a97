using System.Globalization;
using MailKit.Search;
using Webmail.Mail.Ids;
using Webmail.Mail.Seams;
using Webmail.Mail.Sync;
using Webmail.Web.Jmap;
using Webmail.Web.Jmap.Methods;

namespace Webmail.Web.Index;

/// <summary>
/// Answers queries: from the index, after it has followed the mailboxes in question or as it is known, and the words in bodies from the mail server.
/// </summary>
internal sealed class EmailFinder(IndexReader reader, KnownMail known, IndexSync sync, MailboxSearch search, ContentWalk walk, IndexBackfill backfill)
{
    public async ValueTask<FoundIds> FindAsync(
        MailAccount account, EmailQuery query, QueryWindow window, bool calculateTotal, CancellationToken cancellationToken)
    {
        var (rows, isCurrent) = await FollowAsync(account, query, cancellationToken);
        var state = rows is [{ State: var read }] ? read : await reader.StateAsync(account.Id, cancellationToken);
        var complete = rows.All(row => row.Mark.IsComplete);
        if (isCurrent && rows is [{ Mark.IsComplete: false } row] && !query.CollapseThreads
            && !await IsKnownAsync(account, query, window, row, cancellationToken) && EmailSearchQuery.Of(query.Filter) is { } criteria)
        {
            return new FoundIds(state, await FindAheadAsync(account, state, query, window, row, criteria, cancellationToken), false);
        }

        var canChange = complete && !query.DependsOnOthers;
        if (SplitFilter.Of(query.Filter) is { } split)
        {
            var begun = await walk.FindAsync(account, state, rows, query, split, calculateTotal ? null : window, cancellationToken);
            return new FoundIds(state, window.Cut(begun), canChange);
        }

        if (query.CollapseThreads || window.Anchor is not null || window.Position < 0)
        {
            return new FoundIds(state, window.Cut(await SortedAsync(account, query, rows, cancellationToken)), canChange);
        }

        var sql = await SqlAsync(account.Credentials, account.Id, query.Filter, rows, cancellationToken);
        var (where, order) = (sql.Where(query.Filter), sql.Order(query.Sort));
        var count = sql.Parameters.Count;
        var page = await reader.PageAsync(
            account.Id,
            state,
            $"SELECT e.id FROM email e WHERE e.account = $1 AND {where} ORDER BY {order} LIMIT {sql.Parameter(window.Count)} OFFSET {sql.Parameter(window.Position)}",
            sql.Parameters,
            cancellationToken);
        var total = 0;
        if (rows is [var only] && query.IsPlain && (isCurrent || complete))
        {
            total = only.Total;
        }
        else if (calculateTotal || page.Length == 0)
        {
            total = (await reader.ListAsync(
                $"SELECT count(*) FROM email e WHERE e.account = $1 AND {where}", found => (int)found.GetInt64(0), cancellationToken, [.. sql.Parameters.Take(count)])).Single();
        }

        return new FoundIds(
            state, new QueryPage(page.Length > 0 ? window.Position : Math.Min(window.Position, total), [.. page.Select(EmailId.Text)], total), canChange);
    }

    /// <summary>What left the results or may have, and what stands in them now that did not, or elsewhere (RFC 8620 §5.6).</summary>
    public async ValueTask<FoundQueryChanges> FindChangesAsync(MailAccount account, EmailQuery query, long since, CancellationToken cancellationToken)
    {
        var (rows, _) = await FollowAsync(account, query, cancellationToken);
        var state = await reader.StateAsync(account.Id, cancellationToken);
        var changed = (await IndexChangeReader.ReadAsync(reader, account.Id, IndexType.Email, since, null, cancellationToken)).Changes;
        if (query.DependsOnOthers || changed is null || changed.HasMore || rows.Any(row => !row.Mark.IsComplete))
        {
            return new FoundQueryChanges(state, null, [], 0);
        }

        var all = SplitFilter.Of(query.Filter) is { } split
            ? await walk.FindAsync(account, state, rows, query, split, null, cancellationToken)
            : await SortedAsync(account, query, rows, cancellationToken);
        return new FoundQueryChanges(
            state,
            [.. Ids(changed.Updated), .. Ids(changed.Destroyed)],
            QueryChangesAnswer.Added(all, Ids(changed.Created), Ids(changed.Updated)),
            all.Length);

        static IEnumerable<string> Ids(IEnumerable<long> keys) => keys.Select(EmailId.Text);
    }

    private async Task<KnownMailboxes> FollowAsync(MailAccount account, EmailQuery query, CancellationToken cancellationToken)
    {
        var followed = query.Mailbox is { } mailbox
            ? await known.FollowAsync(account, mailbox, cancellationToken)
            : await known.FollowAllAsync(account, cancellationToken);
        MailboxRow[] rows = [.. followed.Rows.Where(row => row.Selectable)];
        if (followed.IsCurrent && Array.Exists(rows, row => !row.Mark.IsComplete))
        {
            backfill.Enqueue(account.Id, account.Credentials);
        }

        return followed with { Rows = rows };
    }

    /// <summary>The newest messages, which is all that is asked for, are in the index.</summary>
    private async Task<bool> IsKnownAsync(MailAccount account, EmailQuery query, QueryWindow window, MailboxRow row, CancellationToken cancellationToken)
    {
        if (!query.IsPlain || window.Anchor is not null || window.Position < 0)
        {
            return false;
        }

        var needed = window.Position + window.Count;
        var newest = await reader.ListAsync(
            "SELECT 1 FROM email WHERE account = $1 AND mailbox = $2 AND uid >= $3 LIMIT $4", _ => true, cancellationToken, account.Id, row.Id, (long)row.Mark.FromUid, needed);
        return newest.Count == needed;
    }

    /// <summary>The index is still being made: the mail server finds and sorts, and what is shown is put into the index now.</summary>
    private async Task<QueryPage?> FindAheadAsync(
        MailAccount account, long state, EmailQuery query, QueryWindow window, MailboxRow row, SearchQuery criteria, CancellationToken cancellationToken)
    {
        var uids = await search.SortAsync(account.Credentials, row.MailboxId, criteria, Key(query.Sort[0]), query.Sort[0].Ascending, cancellationToken);
        var anchor = window.Anchor is { } id && EmailId.TryKey(id, out var key)
            ? (await reader.EmailsAsync(account.Id, state, [key], cancellationToken)).FirstOrDefault()?.Id.Uid.ToString(CultureInfo.InvariantCulture)
            : null;
        if ((window with { Anchor = window.Anchor is null ? null : anchor ?? "" }).Cut([.. uids.Select(uid => uid.ToString(CultureInfo.InvariantCulture))]) is not { } page)
        {
            return null;
        }

        uint[] shown = [.. page.Ids.Select(uid => uint.Parse(uid, CultureInfo.InvariantCulture))];
        var keys = await reader.KeysAsync(account.Id, row.Id, shown, cancellationToken);
        if (shown.Where(uid => !keys.ContainsKey(uid)).ToArray() is { Length: > 0 } missing)
        {
            await sync.AddAsync(account.Credentials, account.Id, row, missing, cancellationToken);
            keys = await reader.KeysAsync(account.Id, row.Id, shown, cancellationToken);
        }

        return page with { Ids = [.. shown.Where(keys.ContainsKey).Select(uid => EmailId.Text(keys[uid]))] };
    }

    /// <summary>For a filter: what the index cannot tell the mail server is asked.</summary>
    public async Task<EmailSql> SqlAsync(
        Credentials credentials, string account, EmailFilter? filter, IReadOnlyList<MailboxRow> rows, CancellationToken cancellationToken)
    {
        var content = new Dictionary<EmailCondition, ContentFinding>(ReferenceEqualityComparer.Instance);
        foreach (var condition in filter?.Contents ?? [])
        {
            var criteria = EmailSearchQuery.Of(condition)
                ?? throw new MethodException("unsupportedFilter", $"{condition.Name} can stand beside other conditions, but not in OR or NOT.");
            var (mailboxes, uids) = (new List<long>(), new List<long>());
            foreach (var row in rows)
            {
                var found = await search.FindAsync(credentials, row.MailboxId, criteria, cancellationToken);
                uids.AddRange(found.Select(uid => (long)uid));
                mailboxes.AddRange(Enumerable.Repeat(row.Id, found.Length));
            }

            content[condition] = new ContentFinding([.. mailboxes], [.. uids]);
        }

        return new EmailSql(account, content);
    }

    private async Task<string[]> SortedAsync(MailAccount account, EmailQuery query, IReadOnlyList<MailboxRow> mailboxes, CancellationToken cancellationToken)
    {
        var sql = await SqlAsync(account.Credentials, account.Id, query.Filter, mailboxes, cancellationToken);
        var rows = await reader.ListAsync(
            $"SELECT e.id, e.thread FROM email e WHERE e.account = $1 AND {sql.Where(query.Filter)} ORDER BY {sql.Order(query.Sort)}",
            row => (Id: row.GetInt64(0), Thread: row.GetInt64(1)),
            cancellationToken,
            [.. sql.Parameters]);
        return [.. (query.CollapseThreads ? rows.DistinctBy(row => row.Thread) : rows).Select(row => EmailId.Text(row.Id))];
    }

    private static MailboxOrder Key(EmailSort sort) => sort.Property switch
    {
        "sentAt" => MailboxOrder.SentAt,
        "from" => MailboxOrder.From,
        "to" => MailboxOrder.To,
        "subject" => MailboxOrder.Subject,
        "size" => MailboxOrder.Size,
        _ => MailboxOrder.ReceivedAt,
    };
}
