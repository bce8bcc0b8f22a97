namespace Webmail.Mail.Sending;

/// <summary>What the mail server said. <paramref name="Refusal"/> is null if it accepted the message.</summary>
/// <param name="Refusal">A JMAP SetError type (RFC 8621 §7.5).</param>
/// <param name="Description">For people.</param>
public sealed record SubmissionOutcome(string? Refusal, string? Description)
{
    public static SubmissionOutcome Accepted { get; } = new(null, null);
}
