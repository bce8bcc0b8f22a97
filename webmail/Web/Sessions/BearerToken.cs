using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Webmail.Web.Answers;

namespace Webmail.Web.Sessions;

/// <summary>A session's key for programs that keep no cookies: an access token (RFC 6750 §2.1).</summary>
internal static class BearerToken
{
    /// <summary>The key that came with the request; null if none did, or something else.</summary>
    public static SessionKey? Read(HttpContext context) =>
        AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var value)
        && value.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
        && SessionKey.TryParse(value.Parameter, out var key) ? key : null;

    /// <summary>Answers with it (RFC 6749 §5.1). The seconds are those since its last use.</summary>
    public static Task WriteAsync(HttpContext context, SessionKey key, bool isKept) => Answer.JsonAsync(context, new JsonObject
    {
        ["access_token"] = key.ToText(),
        ["token_type"] = "Bearer",
        ["expires_in"] = (long)SessionRow.Lifetime(isKept).TotalSeconds,
    });
}
