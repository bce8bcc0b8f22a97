namespace Webmail.Web.Jobs;

/// <summary>What has become of one message of a job; the numbers are stored, and in the schema's indexes.</summary>
internal enum RowState : short
{
    /// <summary>Its turn comes.</summary>
    Pending = 0,

    /// <summary>The mail server may have changed it: whoever does not know looks.</summary>
    Underway = 1,

    Done = 2,

    /// <summary>It is not where it was selected any longer: destroyed, or moved away by somebody else.</summary>
    Gone = 3,

    /// <summary>Skipped: it was so already.</summary>
    Already = 4,

    /// <summary>Skipped: somebody else has changed the same since.</summary>
    ChangedElsewhere = 5,

    /// <summary>Skipped: the mailbox it goes to is not there any longer.</summary>
    NoMailbox = 6,

    /// <summary>Skipped: the job ended before its turn.</summary>
    NotReached = 7,
}
