using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Webmail.Mail.Messages;

namespace Webmail.Web.Index;

/// <summary>
/// Conversations: a message belongs to the one that any Message-ID it names belongs to (RFC 8621 §3, RFC 5322 §3.6.4).
/// A message never changes its conversation; two that turn out to be one stay two.
/// </summary>
internal static class ThreadRows
{
    /// <summary>The conversation of each message, in their order; new ones are made.</summary>
    public static async Task<long[]> LinkAsync(IndexChanges changes, IReadOnlyList<Email> emails)
    {
        var named = emails.Select(email => References(email.Envelope)).ToArray();
        var known = (await changes.ReadAsync(
            "SELECT reference, thread FROM thread_reference WHERE account = $1 AND reference = ANY($2)",
            row => KeyValuePair.Create(row.GetInt64(0), row.GetInt64(1)),
            named.SelectMany(references => references).Distinct().ToArray())).ToDictionary();
        var before = known.Count;
        var threads = new long[emails.Count];
        // Oldest first, so that a conversation is the one its first message made.
        foreach (var index in Enumerable.Range(0, emails.Count).OrderBy(index => emails[index].ReceivedAt))
        {
            var references = named[index];
            var found = references.Where(known.ContainsKey).Select(reference => known[reference]).ToArray();
            threads[index] = found.Length > 0 ? found.Min() : changes.Take();
            foreach (var reference in references)
            {
                known.TryAdd(reference, threads[index]);
            }
        }

        if (known.Count > before)
        {
            await changes.RunAsync(
                "INSERT INTO thread_reference SELECT $1, one.* FROM unnest($2, $3) AS one ON CONFLICT (account, reference) DO NOTHING",
                known.Keys.ToArray(),
                known.Values.ToArray());
        }

        return threads;
    }

    /// <summary>Numbers the conversations that have changed; those without a message are no more.</summary>
    public static async Task TouchAsync(IndexChanges changes)
    {
        long[] lost = [.. changes.Shrunk.Except(changes.Grown)];
        var left = lost.Length == 0
            ? []
            : await changes.ReadAsync("SELECT DISTINCT thread FROM email WHERE account = $1 AND thread = ANY($2)", row => row.GetInt64(0), lost);
        long[] alive = [.. changes.Grown, .. left];
        if (alive.Length + lost.Length == 0)
        {
            return;
        }

        await changes.RunAsync(
            """
            INSERT INTO thread SELECT $1, one.id, $2 + one.n - 1 FROM unnest($3) WITH ORDINALITY AS one (id, n)
            ON CONFLICT (account, id) DO UPDATE SET modified = EXCLUDED.modified
            """,
            changes.Take(alive.Length),
            alive);
        var gone = await changes.ReadAsync(
            "DELETE FROM thread WHERE account = $1 AND id = ANY($2) RETURNING id",
            row => new VanishedRow(row.GetInt64(0), row.GetInt64(0), null, null),
            lost.Except(left).ToArray());
        await changes.VanishAsync(IndexType.Thread, gone);
    }

    private static long[] References(EmailEnvelope envelope) =>
    [
        .. envelope.References.Append(envelope.InReplyTo).Append(envelope.MessageId)
            .Where(reference => !string.IsNullOrWhiteSpace(reference)).Select(reference => Hash(reference!)).Distinct(),
    ];

    /// <summary>Eight bytes of SHA-256: nobody finds a Message-ID that meets another's.</summary>
    public static long Hash(string text) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
