using System.Collections.Concurrent;
using NpgsqlTypes;

namespace Webmail.Web.Index;

/// <summary>Notes now and then that an account's index is as its mail server is: "as of" that time, should the mail server be away.</summary>
internal sealed class FollowedTimes(TimeProvider time)
{
    /// <summary>In SQL, of the account $1; null if it never was.</summary>
    public const string Read = "(SELECT followed FROM mail_followed WHERE account = $1)";

    private const int RememberedMax = 10_000;

    private static readonly TimeSpan NotedEvery = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _noted = new(StringComparer.Ordinal);

    public async Task NoteAsync(IndexChanges changes)
    {
        var now = time.GetUtcNow();
        if (_noted.TryGetValue(changes.Account, out var noted) && now - noted < NotedEvery)
        {
            return;
        }

        await using var note = changes.Sql(
            """
            INSERT INTO mail_followed (account, followed) VALUES ($1, $2)
            ON CONFLICT (account) DO UPDATE SET followed = greatest(mail_followed.followed, excluded.followed)
            """);
        note.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, now.UtcDateTime);
        await note.ExecuteNonQueryAsync();
        if (_noted.Count >= RememberedMax)
        {
            _noted.Clear();
        }

        _noted[changes.Account] = now;
    }
}
