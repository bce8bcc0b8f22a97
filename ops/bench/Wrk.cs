using System.Globalization;
using System.Text.RegularExpressions;

namespace Appliance.Bench;

/// <summary>Runs wrk on the client's machine and reads what it reports.</summary>
internal static partial class Wrk
{
    public static WrkResult Run(string url, string host, int connections, int seconds, params string[] more)
    {
        var output = InMachine.Run("client",
            ["wrk", "-t1", $"-c{connections}", $"-d{seconds}s", "--timeout", "30s", "--latency", "-H", $"Host: {host}", .. more, url]);
        return new WrkResult(
            double.Parse(RateLine().Match(output).Groups[1].Value, CultureInfo.InvariantCulture),
            Bytes(TransferLine().Match(output)),
            Microseconds(MedianLine().Match(output)),
            Microseconds(TailLine().Match(output)));
    }

    private static double Bytes(Match match) =>
        double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * match.Groups[2].Value switch
        {
            "GB" => 1L << 30,
            "MB" => 1L << 20,
            "KB" => 1L << 10,
            _ => 1,
        };

    private static double Microseconds(Match match) =>
        double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * match.Groups[2].Value switch { "us" => 1, "ms" => 1000, _ => 1_000_000 };

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex RateLine();

    [GeneratedRegex(@"Transfer/sec:\s+([\d.]+)(B|KB|MB|GB)")]
    private static partial Regex TransferLine();

    [GeneratedRegex(@"50%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex MedianLine();

    [GeneratedRegex(@"99%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex TailLine();
}

internal sealed record WrkResult(double PerSecond, double BytesPerSecond, double MedianMicroseconds, double TailMicroseconds);
