using System.Text.Json;
using Webmail.Mail.Seams;
using Webmail.Web.Answers;

namespace Webmail.Web.Sessions;

/// <summary>Body of POST /session.</summary>
/// <param name="Credentials">Name and password.</param>
/// <param name="Code">Of the second factor, or a recovery code; null in the first step.</param>
/// <param name="IsKept">Stay signed in when the browser closes.</param>
/// <param name="WantsToken">An access token in the answer instead of a cookie.</param>
internal sealed record SignInRequest(Credentials Credentials, string? Code, bool IsKept, bool WantsToken)
{
    private const int CodeCharactersMax = 64;

    /// <summary>Null if it is none.</summary>
    public static async Task<SignInRequest?> ReadAsync(HttpContext context) =>
        await SmallJson.ReadAsync(context) is { } body && Accepted(body.Text("username"), body.Text("password")) is { } credentials
            ? new SignInRequest(
                credentials,
                CodeOf(body),
                !body.TryGetProperty("staySignedIn", out var stay) || stay.ValueKind != JsonValueKind.False,
                body.TryGetProperty("accessToken", out var token) && token.ValueKind == JsonValueKind.True)
            : null;

    /// <summary>The code in a body; null if there is none that could be one.</summary>
    public static string? CodeOf(JsonElement body) => body.Text("code") is { Length: > 0 and <= CodeCharactersMax } code ? code : null;

    /// <summary>
    /// Names are whole addresses, however they are typed: one mailbox must be one account here, with one second factor. Names and
    /// passwords with control characters are nobody's.
    /// </summary>
    public static Credentials? Accepted(string? username, string? password) =>
        username?.Trim() is { Length: <= 320 } name && name.IndexOf('@', StringComparison.Ordinal) > 0 && !name.EndsWith('@')
        && password is { Length: > 0 and <= 1024 } && !name.Any(char.IsControl) && !password.Any(char.IsControl)
            ? new Credentials(name.ToLowerInvariant(), password)
            : null;
}
