namespace Webmail.Mail.Sieve.Vacations;

/// <summary>The answer to those who write while one is away (RFC 8621 §8).</summary>
/// <param name="IsEnabled">The active script answers; between the dates, if there are any.</param>
/// <param name="Settings">What it answers, also kept while it is switched off.</param>
public sealed record VacationResponse(bool IsEnabled, VacationSettings Settings);

/// <summary>What is answered, and when.</summary>
/// <param name="FromDate">From this second on; null for at once.</param>
/// <param name="ToDate">Until before this second; null for ever.</param>
/// <param name="Subject">Null to leave it to the mail server.</param>
/// <param name="TextBody">Null if there is an HTML body only, or none.</param>
/// <param name="HtmlBody">Null if there is a plain text only, or none.</param>
public sealed record VacationSettings(DateTimeOffset? FromDate, DateTimeOffset? ToDate, string? Subject, string? TextBody, string? HtmlBody)
{
    public static VacationSettings None { get; } = new(null, null, null, null, null);
}
