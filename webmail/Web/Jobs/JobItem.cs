using Webmail.Web.Leases;

namespace Webmail.Web.Jobs;

/// <summary>One job in the hands of one executor, until its lease lapses.</summary>
/// <param name="Account">Whose.</param>
/// <param name="Number">Its id within the account.</param>
/// <param name="Attempt">The fence: whoever takes it over has a higher one, and what an older one writes is refused.</param>
/// <param name="Action">What is done.</param>
/// <param name="Target">The key of the mailbox it moves to, or null.</param>
/// <param name="Selection">What is still to be selected, or null.</param>
/// <param name="Failures">Attempts in a row that have come to nothing.</param>
/// <param name="SealedCredentials">Whose mail server connections are used.</param>
internal sealed record JobItem(
    string Account, long Number, long Attempt, JobAction Action, long? Target, PendingSelection? Selection, int Failures, byte[] SealedCredentials) : ILeased;

/// <summary>Which messages, of those there were when the job was made.</summary>
/// <param name="Mailbox">The key of the mailbox they lie in; null: those the undone job has changed.</param>
/// <param name="Filter">As JSON; null: all.</param>
/// <param name="Validity">UIDVALIDITY then; 0 if it was not known.</param>
/// <param name="BelowUid">All had a smaller UID.</param>
/// <param name="Undoes">The job that is undone, or null.</param>
internal sealed record PendingSelection(long? Mailbox, string? Filter, uint Validity, long BelowUid, long? Undoes);

/// <summary>What one step is about: messages that are to be changed in the same way, all in one mailbox.</summary>
/// <param name="Mailbox">Its key.</param>
/// <param name="Target">The key of the mailbox they go to, or null.</param>
/// <param name="Destroys">They are destroyed for ever.</param>
/// <param name="Set">Keywords to set.</param>
/// <param name="Clear">Keywords to clear.</param>
/// <param name="Rows">The messages.</param>
internal sealed record JobBatch(long Mailbox, long? Target, bool Destroys, string[] Set, string[] Clear, JobRow[] Rows);

/// <summary>One message of a step.</summary>
/// <param name="N">Its place in the job.</param>
/// <param name="Email">Its key.</param>
/// <param name="Uid">In the mailbox, as the index has it; 0 if it is not there any longer.</param>
/// <param name="IsElsewhere">The index has it in another mailbox.</param>
/// <param name="Keywords">What it had when it was selected, as far as anybody knows; null if that does not matter.</param>
/// <param name="Added">Keywords that the job has set on it.</param>
/// <param name="Removed">Keywords that the job has cleared.</param>
internal sealed record JobRow(int N, long Email, uint Uid, bool IsElsewhere, string[]? Keywords, string[] Added, string[] Removed);

/// <summary>What has become of one message of a step.</summary>
/// <param name="Keywords">What it has now; null if they were not changed.</param>
internal sealed record JobOutcome(JobRow Row, RowState State, string[]? Keywords = null);
