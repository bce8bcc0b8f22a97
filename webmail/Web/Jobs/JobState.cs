namespace Webmail.Web.Jobs;

/// <summary>How far a job has come; the numbers are stored.</summary>
internal enum JobState : short
{
    /// <summary>Those before it, or the index of its mailbox, are not done yet.</summary>
    Queued = 0,

    /// <summary>Its messages are being changed.</summary>
    Running = 1,

    /// <summary>The mail server is away; tried again after a while, and those behind it wait, too.</summary>
    Waiting = 2,

    /// <summary>Set aside by the person: those behind it go on.</summary>
    Paused = 3,

    /// <summary>Every message is done, skipped or gone.</summary>
    Done = 4,

    /// <summary>The person ended it; what is done stays done.</summary>
    Cancelled = 5,

    /// <summary>The mail server will not do it.</summary>
    Failed = 6,
}
