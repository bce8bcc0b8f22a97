using Npgsql;

namespace Webmail.Web.Jobs;

/// <summary>A job as its person sees it.</summary>
/// <param name="Number">Its id within the account; jobs are done in this order.</param>
/// <param name="Action">What is done.</param>
/// <param name="Target">The key of the mailbox it moves to, or null.</param>
/// <param name="Set">Keywords it sets.</param>
/// <param name="Clear">Keywords it clears.</param>
/// <param name="Mailbox">The key of the mailbox it selects from; null if it names its messages.</param>
/// <param name="Filter">Which of the mailbox, as JSON; null: all.</param>
/// <param name="Undoes">The job it undoes, or null.</param>
/// <param name="UndoneBy">The job that undoes it, or null.</param>
/// <param name="State">How far it is.</param>
/// <param name="Reason">Why it waits or has failed: a sentence, or null.</param>
/// <param name="Total">Its messages; null until they are selected.</param>
/// <param name="Skipped">How many were skipped, by <see cref="SkipReasons"/>.</param>
/// <param name="Destroys">How many of its messages it destroys for ever, as far as they are selected.</param>
/// <param name="CanUndo">Another job can put back what this one does.</param>
/// <param name="NeedsSignIn">Not before the person signs in again.</param>
/// <param name="Due">When it is tried again, by the database's clock, UTC; null if nobody waits for that.</param>
/// <param name="IsUnderway">The mail server may be at it.</param>
internal sealed record Job(
    long Number, JobAction Action, long? Target, string[] Set, string[] Clear, long? Mailbox, string? Filter, long? Undoes, long? UndoneBy, JobState State, string? Reason,
    int? Total, int Done, int Gone, int[] Skipped, int Destroys, bool CanUndo, bool NeedsSignIn, DateTime Created, DateTime Changed, DateTime? Due, bool IsUnderway)
{
    /// <summary>In SQL: it has come to its end.</summary>
    public static readonly string Ended = $"state >= {(short)JobState.Done}";

    /// <summary>To be read FROM job. What is destroyed for ever is known before from where it lies.</summary>
    public static readonly string Columns =
        $"""
        id, action, target, set_keywords, clear_keywords, mailbox, filter, undoes, undone_by, state, reason, CASE WHEN selected THEN total END, done, gone, skipped, destroys,
        undone_by IS NULL AND (NOT {Ended} OR changed > clock_timestamp() - interval '{JobLimits.Lifetime.TotalDays} days') AND CASE
            WHEN {Ended} THEN undoable > 0 WHEN selected THEN destroys < total ELSE action <> {(short)JobAction.Empty} AND mailbox IS DISTINCT FROM target END,
        needs_sign_in, created, changed, due, underway > 0
        """;

    /// <summary>In the order in which they are counted.</summary>
    public static IReadOnlyList<RowState> SkipReasons { get; } = [RowState.Already, RowState.ChangedElsewhere, RowState.NoMailbox, RowState.NotReached];

    public bool IsOver => State >= JobState.Done;

    public static Job Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), (JobAction)row.GetInt16(1), Key(row, 2), row.GetFieldValue<string[]>(3), row.GetFieldValue<string[]>(4), Key(row, 5), Text(row, 6),
        Key(row, 7), Key(row, 8), (JobState)row.GetInt16(9), Text(row, 10), row.IsDBNull(11) ? null : row.GetInt32(11), row.GetInt32(12), row.GetInt32(13),
        row.GetFieldValue<int[]>(14), row.GetInt32(15), row.GetBoolean(16), row.GetBoolean(17), row.GetDateTime(18), row.GetDateTime(19),
        row.IsDBNull(20) ? null : row.GetDateTime(20), row.GetBoolean(21));

    private static long? Key(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
