using Webmail.Mail.Sieve.Protocol;

namespace Webmail.Mail.Sieve.Scripts;

/// <summary>What became of a change. <paramref name="Refusal"/> is null if it was made.</summary>
/// <param name="Refusal">A JMAP SetError type (RFC 8620 §5.3, RFC 9661 §2.4).</param>
/// <param name="Description">For people; the server's own words where it has refused.</param>
/// <param name="Id">Of the script that was made, or of the one that is in the way.</param>
/// <param name="Name">Of the script that was made.</param>
public sealed record ScriptOutcome(string? Refusal, string? Description = null, string? Id = null, string? Name = null)
{
    public static ScriptOutcome Done { get; } = new((string?)null);

    public static ScriptOutcome NotFound { get; } = new("notFound", "There is no such script (any longer).");

    /// <summary>What an answer means; a refusal without a code is about what was asked.</summary>
    internal static ScriptOutcome Of(SieveAnswer answer, string otherwise) => answer switch
    {
        { IsOk: true } => Done,
        { Code: "QUOTA/MAXSIZE" } => new("tooLarge", answer.Text),
        _ when answer.Is("QUOTA") => new("overQuota", answer.Text),
        _ when answer.Is("ALREADYEXISTS") => new("alreadyExists", answer.Text),
        _ when answer.Is("NONEXISTENT") => NotFound,
        _ when answer.Is("ACTIVE") => new("sieveIsActive", answer.Text),
        _ when answer.Is("TRYLATER") => new("serverUnavailable", answer.Text),
        _ => new(otherwise, answer.Text),
    };
}
