using Npgsql;
using NpgsqlTypes;
using Webmail.Mail.Seams;
using Webmail.Web.Database;

namespace Webmail.Web.Submissions;

/// <summary>Submissions in the database, for a month: long after the last flow that could ask about one.</summary>
internal sealed class SubmissionLog(NpgsqlDataSource source, TimeProvider time) : ISubmissionLog
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    public ValueTask<SubmissionState> BeginAsync(Guid id, Guid attempt, CancellationToken cancellationToken) =>
        source.AskAsync(
            """
            WITH old AS (DELETE FROM submission WHERE changed < $3)
            INSERT INTO submission (id, attempt, state, changed) VALUES ($1, $2, 0, $4)
            ON CONFLICT (id) DO UPDATE SET
                attempt = CASE WHEN submission.state = 2 THEN submission.attempt ELSE EXCLUDED.attempt END,
                changed = EXCLUDED.changed
            RETURNING state
            """,
            async command =>
            {
                var now = time.GetUtcNow();
                command.Parameters.AddWithValue(id);
                command.Parameters.AddWithValue(attempt);
                command.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, (now - Lifetime).UtcDateTime);
                command.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, now.UtcDateTime);
                return (SubmissionState)(short)(await command.ExecuteScalarAsync(cancellationToken))!;
            },
            cancellationToken);

    public ValueTask<bool> LeaveAsync(Guid id, Guid attempt, CancellationToken cancellationToken) =>
        source.AskAsync(
            "UPDATE submission SET state = 1 WHERE id = $1 AND attempt = $2 AND state < 2",
            async command =>
            {
                command.Parameters.AddWithValue(id);
                command.Parameters.AddWithValue(attempt);
                return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
            },
            cancellationToken);

    public async ValueTask EndAsync(Guid id, SubmissionState state, CancellationToken cancellationToken) =>
        await source.AskAsync(
            "UPDATE submission SET state = $2 WHERE id = $1",
            async command =>
            {
                command.Parameters.AddWithValue(id);
                command.Parameters.AddWithValue((short)state);
                return await command.ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);
}
