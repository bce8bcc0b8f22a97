using System.Globalization;
using System.Text.Json;
using Appliance.Bench;
using Appliance.Bench.Mail;

const int DefaultSpliceRounds = 5;
const int DefaultFailoverRounds = 50;
const int DefaultJournalRounds = 5;
const int DefaultScaleRounds = 11;
const int DefaultMailRounds = 3;
const int SecondsPerRun = 3;

var json = args.Contains("--json");
var tls = args.Contains("--tls");
var at = Array.IndexOf(args, "--rounds");
var only = args.SkipWhile(arg => arg != "--only").ElementAtOrDefault(1);
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
        case "mail":
            report = await MailBench.RunAsync(rounds ?? DefaultMailRounds, SecondsPerRun, CancellationToken.None);
            break;
        default:
            Console.Error.WriteLine($"there is no benchmark '{args.FirstOrDefault()}'; benchmarks are splice, tls, failover, journal, scale, mail");
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
