namespace Webmail.Mail.Sending;

/// <summary>What became of one attempt to submit a message.</summary>
/// <param name="Reply">What the mail server said last, as SMTP writes it; null if it said nothing.</param>
/// <param name="Problem">A sentence for people; null if the message was accepted.</param>
public sealed record SubmissionResult(SubmissionEnd End, string? Reply, string? Problem);

/// <summary>How an attempt to submit ended.</summary>
public enum SubmissionEnd
{
    /// <summary>The mail server has taken the message.</summary>
    Accepted,

    /// <summary>The mail server will never take it (5xx); it has not left.</summary>
    Refused,

    /// <summary>It has surely not left: unreachable, cut before the end of the message, or not now (4xx).</summary>
    Later,

    /// <summary>The password does not work any longer; it has not left.</summary>
    NotSignedIn,

    /// <summary>Another attempt has taken over; it has not left.</summary>
    Superseded,

    /// <summary>The whole message was sent and no reply came: nobody here knows whether it was taken.</summary>
    Unknown,
}
