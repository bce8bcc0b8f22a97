namespace Webmail.Mail.Seams;

/// <summary>Remembers, where every process can see it, how far the submission of a message has come.</summary>
public interface ISubmissionLog
{
    /// <summary>Takes the submission over for this attempt, unless an attempt has gone further than preparing.</summary>
    ValueTask<SubmissionState> BeginAsync(Guid id, Guid attempt, CancellationToken cancellationToken);

    /// <summary>The last step before the message leaves. False if another attempt has taken the submission over: do not send.</summary>
    ValueTask<bool> LeaveAsync(Guid id, Guid attempt, CancellationToken cancellationToken);

    /// <summary>The mail server has accepted the message, or refused it and it may be tried again.</summary>
    ValueTask EndAsync(Guid id, SubmissionState state, CancellationToken cancellationToken);
}

/// <summary>How far a submission has come.</summary>
public enum SubmissionState
{
    /// <summary>Nothing has left yet.</summary>
    Preparing,

    /// <summary>The message is on its way to the mail server, or was when its sender died.</summary>
    Leaving,

    /// <summary>The mail server has accepted it.</summary>
    Accepted,
}
