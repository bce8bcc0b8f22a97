namespace Webmail.Web.Sessions;

/// <summary>The cookie that holds a session's key.</summary>
internal static class SessionCookie
{
    public const string Name = "session";

    /// <summary>The key that came with the request; null if none did, or something else.</summary>
    public static SessionKey? Read(HttpContext context) => SessionKey.TryParse(context.Request.Cookies[Name], out var key) ? key : null;

    /// <summary>Without a lifetime the browser forgets it when it closes.</summary>
    public static void Write(HttpContext context, SessionKey key, bool isKept)
    {
        var options = Options(context);
        options.MaxAge = isKept ? SessionRow.Lifetime(isKept) : null;
        context.Response.Cookies.Append(Name, key.ToText(), options);
    }

    public static void Delete(HttpContext context) => context.Response.Cookies.Delete(Name, Options(context));

    private static CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        Path = "/",
    };
}
