using Webmail.Web.Answers;

namespace Webmail.Web.Sessions.SecondFactors;

/// <summary>Answers requests whose code is not right.</summary>
internal static class CodeCheck
{
    /// <summary>True if the code is right; otherwise the request has been answered.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">For a code that is missing or wrong.</param>
    /// <param name="code">Null if there is none.</param>
    /// <param name="check">Uses the code up.</param>
    public static async Task<bool> PassesAsync(
        HttpContext context, int status, string? code, Func<string, ValueTask<CodeAnswer>> check)
    {
        if (code is null)
        {
            await Answer.ProblemAsync(
                context, status, "A code is needed", "Enter the code that your authenticator shows, or a recovery code.", ProblemTypes.CodeNeeded);
            return false;
        }

        var answer = await check(code.Replace(" ", "", StringComparison.Ordinal));
        switch (answer.Verdict)
        {
            case CodeVerdict.Right:
                return true;
            case CodeVerdict.TooManyFailures:
                await SignedIn.TooManyAsync(context, answer.Wait);
                return false;
            case CodeVerdict.NotThere:
                await Answer.ProblemAsync(context, 409, "No second factor", "There is no second factor here that this code could be for. Begin again.");
                return false;
            default:
                await Answer.ProblemAsync(
                    context, status, "Wrong code", "This code is wrong, or was used already. Wait for the next one.", ProblemTypes.CodeNeeded);
                return false;
        }
    }
}
