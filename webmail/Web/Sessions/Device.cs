namespace Webmail.Web.Sessions;

/// <summary>Where somebody has signed in.</summary>
/// <param name="Name">The browser and its system in plain words.</param>
/// <param name="Network">As <see cref="ClientNetwork"/> has it.</param>
internal sealed record Device(string Name, string Network)
{
    // The first mark that is found counts: browsers also claim to be those they descend from.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"),
        ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];

    public static Device Of(HttpContext context) =>
        new(Describe(context.Request.Headers.UserAgent.ToString()), ClientNetwork.Of(context.Connection.RemoteIpAddress));

    public static string Describe(string userAgent) => (Find(Browsers, userAgent), Find(Systems, userAgent)) switch
    {
        ({ } browser, { } system) => $"{browser} on {system}",
        ({ } browser, null) => browser,
        (null, { } system) => $"A program on {system}",
        _ => "A program",
    };

    private static string? Find((string Mark, string Name)[] known, string userAgent) =>
        known.FirstOrDefault(one => userAgent.Contains(one.Mark, StringComparison.Ordinal)).Name;
}
