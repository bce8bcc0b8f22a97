namespace Webmail.Web.Outbox;

/// <summary>How far a submission has come; the numbers are stored.</summary>
internal enum OutboxState : short
{
    /// <summary>Waits for its time, or for the next attempt; can be undone.</summary>
    Held = 0,

    /// <summary>An executor has it; nothing has left. When its lease lapses, another begins anew.</summary>
    Sending = 1,

    /// <summary>It may be leaving at this moment. When the lease lapses, nobody knows: <see cref="Uncertain"/>.</summary>
    Leaving = 2,

    /// <summary>The mail server has taken it; its copy may not lie in Sent yet.</summary>
    Accepted = 3,

    /// <summary>Done.</summary>
    Filed = 4,

    /// <summary>It was sent and not confirmed. Evidence is looked for; without any, its sender decides.</summary>
    Uncertain = 5,

    /// <summary>The mail server will not take it; it goes back to the drafts.</summary>
    Refused = 6,

    /// <summary>Undone before it left; it goes back to the drafts.</summary>
    Canceled = 7,

    /// <summary>Its sender gave it up while it was uncertain; it goes back to the drafts.</summary>
    Withdrawn = 8,
}
