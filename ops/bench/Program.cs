using System.Globalization;
using System.Text.Json;
using Appliance.Bench;

const int DefaultSpliceRounds = 5;
const int DefaultFailoverRounds = 50;
const int DefaultJournalRounds = 5;
const int DefaultScaleRounds = 11;
const int SecondsPerRun = 3;
const string Usage = """
    Appliance.Bench splice|tls|failover|journal|scale [--rounds N] [--only X] [--tls] [--json]

      splice    bytes and requests per second, over HTTP, beside HAProxy and nginx
      tls       the same over HTTPS, and new connections per second
      failover  pauses that a download sees when something dies; --only takes a role or a role and a way of dying (proxy/kill)
      journal   what it costs to record an answer
      scale     cost of a packet and memory for up to a million flows; --only cost or memory
    """;

var json = args.Contains("--json");
var tls = args.Contains("--tls");
var at = Array.IndexOf(args, "--rounds");
var only = args.SkipWhile(arg => arg != "--only").ElementAtOrDefault(1);
if (args is [] or ["help" or "--help" or "-h", ..] || args.Contains("--help"))
{
    Console.WriteLine(Usage);
    return 0;
}

int? rounds = at >= 0 && at + 1 < args.Length && int.TryParse(args[at + 1], CultureInfo.InvariantCulture, out var count) ? count : null;
try
{
    object report;
    switch (args.FirstOrDefault())
    {
        case "splice":
            report = SpliceBench.Run(rounds ?? DefaultSpliceRounds, SecondsPerRun);
            break;
        case "failover":
            report = new { failover = await FailoverBench.RunAsync(rounds ?? DefaultFailoverRounds, only, tls, CancellationToken.None) };
            break;
        case "journal":
            report = new { journal = await JournalBench.RunAsync(rounds ?? DefaultJournalRounds, CancellationToken.None) };
            break;
        case "scale":
            report = ScaleBench.Run(rounds ?? DefaultScaleRounds, only);
            break;
        case "tls":
            report = TlsBench.Run(rounds ?? DefaultSpliceRounds, SecondsPerRun);
            break;
        default:
            Console.Error.WriteLine($"there is no benchmark '{args.FirstOrDefault()}'; benchmarks are splice, tls, failover, journal, scale");
            return 2;
    }

    var text = JsonSerializer.SerializeToElement(report, JsonSerializerOptions.Web);
    if (json)
    {
        Console.WriteLine(text);
    }
    else
    {
        ReportView.Write(text);
    }

    return 0;
}
catch (Exception exception) when (exception is BenchException or Appliance.Cli.Lab.FailedException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
