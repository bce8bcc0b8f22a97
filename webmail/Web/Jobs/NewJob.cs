namespace Webmail.Web.Jobs;

/// <summary>A job as its client wants it.</summary>
/// <param name="Key">What its client calls it, or null.</param>
/// <param name="Action">What is to be done.</param>
/// <param name="Target">The key of the mailbox it moves to, or null.</param>
/// <param name="Set">Keywords to set.</param>
/// <param name="Clear">Keywords to clear.</param>
/// <param name="Emails">The keys of its messages; null if it selects them.</param>
/// <param name="Mailbox">The key of the mailbox it selects from, or null.</param>
/// <param name="Filter">Which of the mailbox, as JSON; null: all.</param>
/// <param name="Undoes">The number of the job it undoes, or null.</param>
/// <param name="IsPaused">It does not begin by itself.</param>
internal sealed record NewJob(
    string? Key, JobAction Action, long? Target, string[] Set, string[] Clear, long[]? Emails, long? Mailbox, string? Filter, long? Undoes, bool IsPaused);
