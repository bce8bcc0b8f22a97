using System.Text.Json.Nodes;
using Appliance.Admin;

const string Usage = "usage: Appliance.Admin --config FILE [--check]";
const int WrongArguments = 2;
var refresh = TimeSpan.FromMilliseconds(500);

if (args is not (["--config", _] or ["--config", _, "--check"]))
{
    Console.Error.WriteLine(Usage);
    return WrongArguments;
}

var mistakes = new List<string>();
if (AdminConfig.Read(args[1], mistakes) is not { } config)
{
    mistakes.ForEach(Console.Error.WriteLine);
    return WrongArguments;
}

if (args.Length == 3)
{
    Console.WriteLine($"{args[1]}: correct");
    return 0;
}

var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
{
    // The settings have a file of their own; nothing is to be watched for changes.
    Args = ["--hostBuilder:reloadConfigOnChange=false"],
    ContentRootPath = AppContext.BaseDirectory,
});
builder.WebHost.UseKestrelHttpsConfiguration();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Listen(config.Listen, listen => listen.UseHttps(Certificate.LoadOrMake(config.DataFolder, config.Listen.Address)));
});
builder.Logging.ClearProviders().AddSimpleConsole(console =>
{
    console.SingleLine = true;
    console.UseUtcTimestamp = true;
    console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
});
builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
builder.Services.AddSingleton(config).AddSingleton(TimeProvider.System).AddSingleton<AdminSessions>();

await using var app = builder.Build();
var sessions = app.Services.GetRequiredService<AdminSessions>();
var proxies = config.ControlSockets.Select(socket => new ProxyClient(socket)).ToList();

app.Use(async (context, next) =>
{
    var headers = context.Response.Headers;
    headers.ContentSecurityPolicy = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
    headers.XContentTypeOptions = "nosniff";
    headers["Referrer-Policy"] = "no-referrer";

    // Another site's page may not act with this browser's cookie.
    var site = context.Request.Headers["Sec-Fetch-Site"].ToString();
    var foreign = HttpMethods.IsPost(context.Request.Method) && site is not ("" or "same-origin" or "none");
    var open = context.Request.Path.Value is "/signin" or "/signin.html" or "/style.css" or "/signin.js";
    if (foreign)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
    }
    else if (!open && !sessions.IsSignedIn(context.Request))
    {
        if (context.Request.Path == "/")
        {
            context.Response.Redirect("/signin.html");
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
    }
    else
    {
        await next();
    }
});
app.UseDefaultFiles();
app.UseStaticFiles();

app.MapPost("/signin", (HttpContext context, SignIn body) =>
{
    if (sessions.IsLimited())
    {
        return Results.Problem("too many wrong passwords; wait a minute and try again", statusCode: StatusCodes.Status429TooManyRequests);
    }

    if (sessions.SignIn(body.Password ?? "") is not { } key)
    {
        return Results.Problem("the password is wrong; it is in the file that passwordFile names", statusCode: StatusCodes.Status401Unauthorized);
    }

    context.Response.Cookies.Append(AdminSessions.Cookie, key, new CookieOptions { HttpOnly = true, Secure = true, SameSite = SameSiteMode.Strict });
    return Results.NoContent();
});
app.MapPost("/signout", (HttpContext context) =>
{
    sessions.SignOut(context.Request);
    context.Response.Cookies.Delete(AdminSessions.Cookie);
    return Results.NoContent();
});
app.MapPost("/backends/{name}/drain", (string name, CancellationToken cancellationToken) => SetDrainingAsync(name, true, cancellationToken));
app.MapPost("/backends/{name}/undrain", (string name, CancellationToken cancellationToken) => SetDrainingAsync(name, false, cancellationToken));
app.MapGet("/events", async (HttpContext context, CancellationToken cancellationToken) =>
{
    context.Response.ContentType = "text/event-stream";
    context.Response.Headers.CacheControl = "no-store";
    while (!cancellationToken.IsCancellationRequested && sessions.IsSignedIn(context.Request))
    {
        var states = await Task.WhenAll(proxies.Select(proxy => proxy.ReadAsync(cancellationToken)));
        var state = new JsonObject { ["proxies"] = new JsonArray([.. states]), ["machines"] = LabState.Read(config.LabState) };
        await context.Response.WriteAsync($"data: {state.ToJsonString()}\n\n", cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
        await Task.Delay(refresh, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
});

await app.RunAsync();
proxies.ForEach(proxy => proxy.Dispose());
return 0;

async Task<IResult> SetDrainingAsync(string name, bool draining, CancellationToken cancellationToken)
{
    var done = await Task.WhenAll(proxies.Select(proxy => proxy.SetDrainingAsync(name, draining, cancellationToken)));
    return done.Any(ok => ok)
        ? Results.NoContent()
        : Results.Problem($"no proxy knows a backend '{name}', or none answers", statusCode: StatusCodes.Status502BadGateway);
}

/// <summary>Body of POST /signin.</summary>
internal sealed record SignIn(string? Password);
