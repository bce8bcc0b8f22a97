using System.Text.Json;
using System.Text.Json.Nodes;
using Webmail.Mail.Seams;
using Webmail.Mail.Servers;
using Webmail.Mail.Servers.Discovery;
using Webmail.Mail.Servers.Probing;
using Webmail.Web.Answers;

namespace Webmail.Web.Domains;

/// <summary>
/// /domains: the domain map, for whoever may use the administrator's socket. Not behind the splice: nothing here is replayed, and a
/// change may be made twice.
/// </summary>
internal sealed class DomainEndpoints(DomainStore store, DomainMap map, ServerProbe probe, ServerDiscovery discovery)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/domains", ListAsync);
        routes.MapGet("/domains/{domain}", context => WithDomainAsync(context, ReadAsync));
        routes.MapPut("/domains/{domain}", context => WithDomainAsync(context, WriteAsync));
        routes.MapDelete("/domains/{domain}", context => WithDomainAsync(context, RemoveAsync));
        routes.MapPost("/domains/{domain}/test", context => WithDomainAsync(context, TestAsync));
        routes.MapPost("/domains/{domain}/discover", context => WithDomainAsync(context, DiscoverAsync));
    }

    private static async Task WithDomainAsync(HttpContext context, Func<HttpContext, string, Task> run)
    {
        var text = (string)context.Request.RouteValues["domain"]!;
        if ((text == DomainName.Any ? text : DomainName.Parse(text)) is { } domain)
        {
            await run(context, domain);
            return;
        }

        await Answer.ProblemAsync(context, 400, "Not a domain", $"{text} is not the name of a mail domain; {DomainName.Any} stands for all that are not named.");
    }

    private async Task ListAsync(HttpContext context)
    {
        var domains = await map.ReloadAsync(context.RequestAborted);
        await Answer.JsonAsync(context, new JsonObject
        {
            ["configured"] = DomainSettings.Write(map.Configured),
            ["domains"] = new JsonObject(domains.Values.Select(row => KeyValuePair.Create(row.Domain, (JsonNode?)Settings(row)))),
        });
    }

    private async Task ReadAsync(HttpContext context, string domain)
    {
        var domains = await map.ReloadAsync(context.RequestAborted);
        await (domains.TryGetValue(domain, out var row) ? Answer.JsonAsync(context, Settings(row)) : UnknownAsync(context, domain));
    }

    private async Task WriteAsync(HttpContext context, string domain)
    {
        if (await SmallJson.ReadAsync(context) is not { } json)
        {
            await Answer.ProblemAsync(context, 400, "Not settings", "The settings must be one small JSON object.");
            return;
        }

        var (servers, mistakes) = DomainSettings.Read(json);
        if (servers is null)
        {
            await Answer.ProblemAsync(context, 400, "The settings are wrong", string.Join("; ", mistakes));
            return;
        }

        if (!await store.PutAsync(domain, servers, context.RequestAborted))
        {
            await Answer.ProblemAsync(context, 409, "Too many domains", $"The map has {DomainStore.DomainsMax} domains already; remove one, or let {DomainName.Any} stand for several.");
            return;
        }

        await map.ReloadAsync(context.RequestAborted);
        await Answer.NoContentAsync(context);
    }

    private async Task RemoveAsync(HttpContext context, string domain)
    {
        if (!await store.RemoveAsync(domain, context.RequestAborted))
        {
            await UnknownAsync(context, domain);
            return;
        }

        await map.ReloadAsync(context.RequestAborted);
        await Answer.NoContentAsync(context);
    }

    /// <summary>Body: <c>settings</c> to try before they are saved, <c>username</c> and <c>password</c> to sign in with; each may be left out.</summary>
    private async Task TestAsync(HttpContext context, string domain)
    {
        if (await SmallJson.ReadAsync(context) is not { } json)
        {
            await Answer.ProblemAsync(context, 400, "Not a test", "A test is a small JSON object; {} tries what is saved.");
            return;
        }

        var credentials = json.Text("username") is { } name && json.Text("password") is { } password ? new Credentials(name, password) : null;
        if (credentials?.Username.IndexOf('@', StringComparison.Ordinal) <= 0)
        {
            await Answer.ProblemAsync(context, 400, "Not a name", "username must be a whole address.");
            return;
        }

        MailServers? servers;
        if (json.TryGetProperty("settings", out var settings))
        {
            (servers, var mistakes) = DomainSettings.Read(settings);
            if (servers is null)
            {
                await Answer.ProblemAsync(context, 400, "The settings are wrong", string.Join("; ", mistakes));
                return;
            }
        }
        else
        {
            servers = await map.FindAsync($"@{domain}", context.RequestAborted);
        }

        // All at once: the slowest says how long it takes.
        var imap = probe.ImapAsync(servers, credentials, context.RequestAborted);
        var submission = probe.SubmissionAsync(servers, credentials, context.RequestAborted);
        var sieve = probe.SieveAsync(servers, credentials, context.RequestAborted);
        var answer = new JsonObject { ["imap"] = DomainReport.Of(await imap), ["submission"] = DomainReport.Of(await submission) };
        if (await sieve is { } filters)
        {
            answer["sieve"] = DomainReport.Of(filters);
        }

        await Answer.JsonAsync(context, answer);
    }

    /// <summary>Proposes settings; what is good among them is put by whoever asked.</summary>
    private async Task DiscoverAsync(HttpContext context, string domain)
    {
        if (domain == DomainName.Any)
        {
            await Answer.ProblemAsync(context, 400, "Not a domain", "Only a domain with a name can say where its servers are.");
            return;
        }

        await Answer.JsonAsync(context, DomainReport.Of(await discovery.DiscoverAsync(domain, context.RequestAborted)));
    }

    private static JsonObject Settings(MappedDomain row) =>
        row.Servers is { } servers ? DomainSettings.Write(servers) : new JsonObject { ["mistakes"] = DomainReport.Texts(row.Mistakes) };

    private static Task UnknownAsync(HttpContext context, string domain) =>
        Answer.ProblemAsync(context, 404, "Not in the map", $"The map does not name {domain}; GET /domains lists what it names.");
}
