using System.CommandLine;
using Appliance.Cli.Commands;
using Appliance.Cli.Lab;

var names = new Argument<string[]>("names") { Description = "machines (backend1) or services (backend1/webmail)", Arity = ArgumentArity.OneOrMore };
var machines = new Argument<string[]>("machines") { Description = "backends (backend1) or proxies (proxy1)", Arity = ArgumentArity.OneOrMore };
var name = new Argument<string>("name") { Description = "a machine or machine/service" };
var json = new Option<bool>("--json") { Description = "for scripts" };
var how = new Option<string>("--how") { Description = "kill, freeze, unplug or reboot", DefaultValueFactory = _ => "kill" };
var follow = new Option<bool>("--follow", "-f") { Description = "go on as it grows" };
var filter = new Option<string?>("--filter") { Description = "only tests whose full name contains this" };
var full = new Option<bool>("--full") { Description = "long forms of the sweeps" };
var bench = new Argument<string>("name")
{
    Description = "splice (HTTP beside HAProxy and nginx), tls (HTTPS beside them), failover (pauses of a download in which something dies), "
        + "journal (what recording an answer costs), scale (cost of a packet and memory for up to a million flows) or mail (beside Roundcube)",
};
var rounds = new Option<int?>("--rounds") { Description = "how often everything is repeated" };
var only = new Option<string?>("--only") { Description = "failover: only these, such as proxy or backend/kill; scale: cost or memory" };
var tls = new Option<bool>("--tls") { Description = "failover: over HTTPS" };
var domain = new Argument<string>("domain") { Description = "a mail domain, or * for all that are not named" };
var settings = new Argument<string>("file") { Description = "its settings as JSON (webmail/README.md); - for the standard input" };
var user = new Option<string?>("--user") { Description = "sign in with this address; the password is read from the standard input" };
var domains = new Command("domains", "which mail servers the people of a domain are led to")
{
    Verb("list", "the map, and what the configuration says for all others", [], [], _ => DomainsCommand.List()),
    Verb("set", "name a domain, or change what is said of it", [domain, settings], [], result => DomainsCommand.Set(result.GetRequiredValue(domain), result.GetRequiredValue(settings))),
    Verb("remove", "name it no longer", [domain], [], result => DomainsCommand.Remove(result.GetRequiredValue(domain))),
    Verb("test", "try its servers, and say what they say", [domain], [user], result => DomainsCommand.Test(result.GetRequiredValue(domain), result.GetValue(user))),
    Verb("discover", "ask the domain where its servers are; prints settings for set", [domain], [], result => DomainsCommand.Discover(result.GetRequiredValue(domain))),
};

var root = new RootCommand("""
    The webmail appliance on this machine: every machine a network namespace, every service a real process.
    Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 a privilege, feature or tool is missing, 4 not running.
    """)
{
    Verb("up", "build and start everything; does nothing that is done already", [], [], _ => UpCommand.Run()),
    Verb("down", "stop everything and leave nothing behind", [], [], _ => DownCommand.Run()),
    Verb("status", "machines, processes, health, drops", [], [json], result => StatusCommand.Run(result.GetValue(json))),
    Verb("flows", "a row per client connection", [], [json], result => FlowsCommand.Run(result.GetValue(json))),
    Verb("kill", "let machines or services die", [names], [how], result => KillCommand.Kill(result.GetRequiredValue(names), result.GetRequiredValue(how))),
    Verb("revive", "bring back what was killed, frozen, unplugged or rebooted", [names], [], result => KillCommand.Revive(result.GetRequiredValue(names))),
    Verb("drain", "give a backend or proxy no new work; what it has goes on", [machines], [], result => DrainCommand.Run(result.GetRequiredValue(machines), true)),
    Verb("undrain", "give it new work again", [machines], [], result => DrainCommand.Run(result.GetRequiredValue(machines), false)),
    Verb("logs", "what a machine or service has written", [name], [follow], result => LogsCommand.Run(result.GetRequiredValue(name), result.GetValue(follow))),
    domains,
    Verb("test", "run all tests; ends with 'N passed, N failed'", [], [filter, full], result => TestCommand.Run(result.GetValue(filter), result.GetValue(full))),
    Verb("bench", "measure side by side with peers", [bench], [json, rounds, only, tls], result => BenchCommand.Run(
        result.GetRequiredValue(bench),
        [.. result.GetValue(json) ? new[] { "--json" } : [], .. result.GetValue(rounds) is { } count ? new[] { "--rounds", $"{count}" } : [],
            .. result.GetValue(only) is { } what ? new[] { "--only", what } : [], .. result.GetValue(tls) ? new[] { "--tls" } : []])),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        Console.Error.WriteLine($"appliance: {error.Message}");
    }

    Console.Error.WriteLine("appliance: see ops/appliance --help");
    return ExitCodes.WrongArguments;
}

return parsed.Invoke();

static Command Verb(string name, string description, Argument[] arguments, Option[] options, Func<ParseResult, int> run)
{
    var command = new Command(name, description);
    foreach (var argument in arguments)
    {
        command.Add(argument);
    }

    foreach (var option in options)
    {
        command.Add(option);
    }

    command.SetAction(result => Guarded(() => run(result)));
    return command;
}

static int Guarded(Func<int> run)
{
    try
    {
        return run();
    }
    catch (Exception exception) when (exception is UsageException or RequirementException or NotRunningException or FailedException)
    {
        Console.Error.WriteLine($"appliance: {exception.Message}");
        return exception switch
        {
            UsageException => ExitCodes.WrongArguments,
            RequirementException => ExitCodes.MissingRequirement,
            NotRunningException => ExitCodes.NotRunning,
            _ => ExitCodes.Failed,
        };
    }
}
