using System.Text.Json;
using System.Text.Json.Nodes;
using Appliance.Cli.Lab;
using Spectre.Console;

namespace Appliance.Cli.Commands;

/// <summary><c>domains</c>: which mail servers the people of a domain are led to.</summary>
internal static class DomainsCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static int List()
    {
        var all = DomainClient.Send(HttpMethod.Get, "/domains")!;
        var table = StatusView.Table("domain", "IMAP", "submission", "Sieve", "authentication", "user name");
        foreach (var (domain, settings) in all["domains"]!.AsObject())
        {
            AddRow(domain, settings!);
        }

        AddRow("(configured)", all["configured"]!);
        AnsiConsole.Write(table);
        return ExitCodes.Ok;

        void AddRow(string domain, JsonNode settings)
        {
            if (settings["mistakes"] is JsonArray mistakes)
            {
                table.AddRow(StatusView.Text(domain), StatusView.Text($"cannot be read: {string.Join("; ", mistakes)}"));
                return;
            }

            table.AddRow(
                StatusView.Text(domain), Server(settings["imap"]), Server(settings["submission"]), Server(settings["sieve"]),
                StatusView.Text(settings["authentication"]), StatusView.Text(settings["userName"]));
        }

        static string Server(JsonNode? server) => server is null ? "–" : StatusView.Text($"{server["host"]}:{server["port"]} {server["tls"]}");
    }

    /// <param name="domain">Or <c>*</c>.</param>
    /// <param name="file">JSON settings; <c>-</c> for the standard input.</param>
    public static int Set(string domain, string file)
    {
        if (file != "-" && !File.Exists(file))
        {
            throw new UsageException($"the file {file} does not exist; give the settings as a JSON file, or - for the standard input");
        }

        DomainClient.Send(HttpMethod.Put, Path(domain), file == "-" ? Console.In.ReadToEnd() : File.ReadAllText(file));
        Console.WriteLine($"appliance: the map names {domain}; all backends follow within seconds");
        return ExitCodes.Ok;
    }

    public static int Remove(string domain)
    {
        DomainClient.Send(HttpMethod.Delete, Path(domain));
        Console.WriteLine($"appliance: the map does not name {domain} any longer");
        return ExitCodes.Ok;
    }

    /// <summary>Fails if one of the servers does. The password is read from the standard input, so that no list of processes shows it.</summary>
    public static int Test(string domain, string? user)
    {
        var body = new JsonObject();
        if (user is not null)
        {
            body["username"] = user;
            body["password"] = Console.ReadLine();
        }

        var servers = DomainClient.Send(HttpMethod.Post, $"{Path(domain)}/test", body.ToJsonString())!.AsObject();
        foreach (var (kind, server) in servers)
        {
            var signedIn = server!["signedIn"] is JsonValue yes && (bool)yes ? ", signed in" : "";
            Console.WriteLine($"{kind} {server["host"]}:{server["port"]}: {(string?)server["problem"] ?? $"good{signedIn}"} ({server["milliseconds"]} ms)");
            foreach (var line in server["words"]!.AsArray())
            {
                // A server's words go to a terminal: nothing in them may steer it.
                Console.WriteLine($"    {string.Concat(((string)line!).Where(character => !char.IsControl(character)))}");
            }
        }

        return servers.All(server => (bool)server.Value!["ok"]!) ? ExitCodes.Ok : ExitCodes.Failed;
    }

    /// <summary>The settings go to the standard output, as <see cref="Set"/> takes them; what is wrong to the standard error.</summary>
    public static int Discover(string domain)
    {
        var found = DomainClient.Send(HttpMethod.Post, $"{Path(domain)}/discover")!;
        foreach (var problem in found["problems"]!.AsArray())
        {
            Console.Error.WriteLine($"appliance: {problem}");
        }

        if (found["settings"] is not { } settings)
        {
            throw new FailedException($"{domain} does not say where both its IMAP and its submission server are");
        }

        Console.WriteLine(settings.ToJsonString(Indented));
        return ExitCodes.Ok;
    }

    private static string Path(string domain) => $"/domains/{Uri.EscapeDataString(domain)}";
}
