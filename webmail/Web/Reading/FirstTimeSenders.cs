using Npgsql;
using Webmail.Web.Database;

namespace Webmail.Web.Reading;

/// <summary>Tells by the index whose message is the first one between a person and somebody else.</summary>
internal sealed class FirstTimeSenders(NpgsqlDataSource source)
{
    /// <summary>The newest messages in Sent, in which the sender is looked for.</summary>
    private const int SentMax = 10_000;

    private static string From(string email) => $"left(lower({email}.envelope -> 'from' -> 0 ->> 'email'), 320)";

    /// <summary>
    /// Keys of those among these messages whose sender has not written before (what lies in Junk does not count), and was not written to. None as long as the
    /// index does not know all that came before. Within choices only.
    /// </summary>
    public async ValueTask<long[]> AskAsync(string account, string own, long[] emails, CancellationToken cancellationToken) => [.. await source.ListAsync(
        $"""
        WITH sent AS MATERIALIZED (
            SELECT recipients FROM mailbox m CROSS JOIN LATERAL (
                SELECT s.to_text || s.cc_text || s.bcc_text AS recipients FROM email s
                WHERE s.account = m.account AND s.mailbox = m.id ORDER BY s.received DESC LIMIT {SentMax}) AS newest
            WHERE m.account = $1 AND m.role = 'sent')
        SELECT e.id FROM email e
        WHERE e.account = $1 AND e.id = ANY($2) AND {From("e")} <> lower($3)
            AND NOT EXISTS (
                SELECT FROM mailbox m
                WHERE m.account = $1 AND m.selectable AND coalesce(m.role NOT IN ('junk', 'trash'), true) AND (m.seen_validity = 0 OR m.seen_from_uid > 1))
            AND NOT EXISTS (
                SELECT FROM email x JOIN mailbox m ON m.account = x.account AND m.id = x.mailbox
                WHERE x.account = $1 AND {From("x")} = {From("e")} AND x.received < e.received AND m.role IS DISTINCT FROM 'junk')
            AND NOT EXISTS (SELECT FROM sent WHERE strpos(recipients, '<' || {From("e")} || '>') > 0)
        """,
        row => row.GetInt64(0),
        cancellationToken,
        account,
        emails,
        own)];
}
