using System.Text.Json;
using Webmail.Mail.Messages;
using Webmail.Mail.Sync;

namespace Webmail.Web.Index;

/// <summary>Makes a mailbox's messages in the index what the mail server says has happened to them.</summary>
internal static class EmailRows
{
    /// <summary>False if the mailbox was followed by someone else since the row was read: the news are void.</summary>
    public static async Task<bool> ApplyAsync(IndexChanges changes, MailboxRow mailbox, MailboxNews news, DateTimeOffset? flagsSeen)
    {
        var mark = news.Mark;
        if (await changes.RunAsync(
            """
            UPDATE mailbox SET seen_validity = $4, seen_next_uid = $5, seen_from_uid = $6, seen_mod_seq = $7, seen_total = $8, seen_unread = $9,
                flags_seen = coalesce($10, flags_seen), version = version + 1
            WHERE account = $1 AND id = $2 AND version = $3
            """,
            mailbox.Id, mailbox.Version, (long)mark.Validity, (long)mark.NextUid, (long)mark.FromUid, (decimal)mark.ModSeq, mark.Total, mark.Unread,
            flagsSeen is { } seen ? seen.UtcDateTime : DBNull.Value) == 0)
        {
            return false;
        }

        if (news.Reset)
        {
            await RemoveAllAsync(changes, mailbox.Id);
        }
        else if (news.Present is { } present)
        {
            await RemoveAsync(changes, mailbox.Id, present);
        }

        await MarkAsync(changes, mailbox.Id, news.Marked);
        await AddAsync(changes, mailbox.Id, news.Arrived);
        await CountAsync(changes, mailbox, mark);
        return true;
    }

    public static Task RemoveAllAsync(IndexChanges changes, long mailbox) => RemoveAsync(changes, mailbox, []);

    /// <summary>
    /// The messages that are not in the index yet; those that were elsewhere a moment ago get their keys back. Those that are, because we have
    /// moved them ourselves, get the keywords that they have come with.
    /// </summary>
    public static async Task AddAsync(IndexChanges changes, long mailbox, IReadOnlyList<Email> arrived)
    {
        if (arrived.Count == 0)
        {
            return;
        }

        long[] uids = [.. arrived.Select(email => (long)email.Id.Uid)];
        // By their range, whatever the planner knows of the account: it takes a new one's mailbox to be nearly empty, and would rather look at each
        // message there is than for each of these.
        var known = (await changes.ReadAsync(
            "SELECT uid FROM email WHERE account = $1 AND mailbox = $2 AND uid BETWEEN $3 AND $4 AND uid + 0 = ANY($5)",
            row => row.GetInt64(0),
            mailbox,
            uids.Min(),
            uids.Max(),
            uids)).ToHashSet();
        Email[] fresh = [.. arrived.Where(email => !known.Contains(email.Id.Uid))];
        await MarkAsync(
            changes, mailbox, [.. arrived.Where(email => known.Contains(email.Id.Uid)).Select(email => new MarkedEmail(email.Id.Uid, email.Keywords))]);
        if (fresh.Length == 0)
        {
            return;
        }

        var returned = await ReturnedAsync(changes, fresh);
        var threads = await ThreadRows.LinkAsync(changes, fresh);
        var rows = fresh.Select((email, index) =>
        {
            var number = changes.Take();
            var old = returned[index];
            return (Email: email, Id: old?.Id ?? number, Thread: old?.Thread ?? threads[index], Number: number, Texts: EmailText.Columns(email.Envelope));
        }).ToArray();
        changes.Grown.UnionWith(rows.Select(row => row.Thread));
        // Not COPY: the server would wait for the rest of it, with the account's lock, for as long as a backend that sends it is frozen.
        await changes.RunAsync(
            """
            INSERT INTO email (account, mailbox, id, uid, thread, created, modified, fingerprint, received, sent, size, keywords, has_attachment,
                from_text, to_text, cc_text, bcc_text, subject_text, from_sort, to_sort, subject_sort, envelope)
            SELECT $1, $2, id, uid, thread, number, number, fingerprint, received, sent, size, string_to_array(keywords, ' '), has_attachment,
                from_text, to_text, cc_text, bcc_text, subject_text, from_sort, to_sort, subject_sort, envelope::json
            FROM unnest($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) AS one (id, uid, thread, number, fingerprint,
                received, sent, size, keywords, has_attachment, from_text, to_text, cc_text, bcc_text, subject_text, from_sort, to_sort, subject_sort, envelope)
            """,
            [
                mailbox,
                Array(row => row.Id),
                Array(row => (long)row.Email.Id.Uid),
                Array(row => row.Thread),
                Array(row => row.Number),
                Array(row => Fingerprint(row.Email)),
                Array(row => row.Email.ReceivedAt.UtcDateTime),
                Array(row => (row.Email.Envelope.SentAt ?? row.Email.ReceivedAt).UtcDateTime),
                Array(row => row.Email.SizeBytes),
                Array(row => string.Join(' ', row.Email.Keywords)),
                Array(row => row.Email.HasAttachment),
                .. Enumerable.Range(0, rows[0].Texts.Length).Select(column => Array(row => row.Texts[column])),
                Array(row => JsonSerializer.Serialize(row.Email.Envelope, JsonSerializerOptions.Web)),
            ]);

        T[] Array<T>(Func<(Email Email, long Id, long Thread, long Number, string[] Texts), T> of) => System.Array.ConvertAll(rows, row => of(row));
    }

    /// <summary>What is the same in all copies of a message, and hardly in two messages.</summary>
    public static long Fingerprint(Email email) => ThreadRows.Hash(
        $"{email.Envelope.MessageId}\0{email.SizeBytes}\0{email.ReceivedAt.ToUnixTimeSeconds()}\0{email.Envelope.Subject}");

    private static async Task<VanishedRow?[]> ReturnedAsync(IndexChanges changes, Email[] fresh)
    {
        var gone = (await changes.ReadAsync(
            "DELETE FROM mail_vanished WHERE account = $1 AND type = $2 AND fingerprint = ANY($3) RETURNING id, created, thread, fingerprint",
            row => new VanishedRow(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)),
            (short)IndexType.Email,
            fresh.Select(Fingerprint).ToArray())).ToLookup(row => row.Fingerprint!.Value);
        var used = new Dictionary<long, int>();
        var returned = new VanishedRow?[fresh.Length];
        for (var index = 0; index < fresh.Length && gone.Count > 0; index++)
        {
            var fingerprint = Fingerprint(fresh[index]);
            returned[index] = gone[fingerprint].ElementAtOrDefault(used.GetValueOrDefault(fingerprint));
            used[fingerprint] = used.GetValueOrDefault(fingerprint) + 1;
        }

        return returned;
    }

    private static async Task RemoveAsync(IndexChanges changes, long mailbox, uint[] present)
    {
        var gone = await changes.ReadAsync(
            "DELETE FROM email WHERE account = $1 AND mailbox = $2 AND uid <> ALL($3) RETURNING id, created, thread, fingerprint",
            row => new VanishedRow(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)),
            mailbox,
            present.Select(uid => (long)uid).ToArray());
        changes.Shrunk.UnionWith(gone.Select(row => row.Thread!.Value));
        await changes.VanishAsync(IndexType.Email, gone);
    }

    /// <summary>Their keywords as they are now.</summary>
    public static async Task MarkAsync(IndexChanges changes, long mailbox, MarkedEmail[] marked)
    {
        if (marked.Length > 0)
        {
            changes.Take(await changes.RunAsync(
                """
                WITH changed AS (
                    SELECT email.id, string_to_array(one.keywords, ' ') AS keywords, row_number() OVER () AS n
                    FROM email JOIN unnest($4, $5) AS one (uid, keywords) ON email.uid = one.uid
                    WHERE account = $1 AND mailbox = $2 AND email.keywords <> string_to_array(one.keywords, ' '))
                UPDATE email SET keywords = changed.keywords, modified = $3 + changed.n FROM changed WHERE account = $1 AND email.id = changed.id
                """,
                mailbox,
                changes.Modified,
                marked.Select(one => (long)one.Uid).ToArray(),
                marked.Select(one => string.Join(' ', one.Keywords)).ToArray()));
        }
    }

    /// <summary>The mailbox's counts, as the mark has them.</summary>
    public static async Task CountAsync(IndexChanges changes, MailboxRow mailbox, MailboxMark mark)
    {
        var (threads, unreadThreads) = (mark.Total, mark.Unread);
        if (mark.IsComplete && mark.Total <= IndexLimits.ThreadsCountedMax)
        {
            (threads, unreadThreads) = (await changes.ReadAsync(
                """
                SELECT count(DISTINCT thread), count(DISTINCT thread) FILTER (WHERE NOT '$seen' = ANY(keywords) AND NOT '$draft' = ANY(keywords))
                FROM email WHERE account = $1 AND mailbox = $2
                """,
                row => ((int)row.GetInt64(0), (int)row.GetInt64(1)),
                mailbox.Id)).Single();
        }

        if ((mailbox.Total, mailbox.Unread, mailbox.Threads, mailbox.UnreadThreads) != (mark.Total, mark.Unread, threads, unreadThreads))
        {
            await changes.RunAsync(
                "UPDATE mailbox SET total = $3, unread = $4, threads = $5, unread_threads = $6, modified = $7 WHERE account = $1 AND id = $2",
                mailbox.Id, mark.Total, mark.Unread, threads, unreadThreads, changes.Take());
        }
    }
}
