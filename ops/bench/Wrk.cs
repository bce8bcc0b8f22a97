using System.Globalization;
using System.Text.RegularExpressions;
using Appliance.Cli.Lab;

namespace Appliance.Bench;

/// <summary>
/// Runs wrk on the client's machine and reads what it reports. wrk names the URL's host to TLS (SNI), whatever its Host header
/// says, so the URL has the name, and the machine gets a hosts file of its own.
/// </summary>
internal static partial class Wrk
{
    private const string WithHosts =
        "mount -t tmpfs tmpfs /mnt && echo \"$0\" > /mnt/hosts && mount --bind /mnt/hosts /etc/hosts && exec wrk \"$@\"";

    /// <exception cref="BenchException">Some answers were errors: they are quick, and say nothing.</exception>
    public static WrkResult Run(string url, string host, int connections, int seconds, params string[] more)
    {
        var output = InMachine.Run("client",
            ["unshare", "--mount", "sh", "-c", WithHosts, $"{Topology.VirtualAddress} {Topology.SampleHost}",
                "-t1", $"-c{connections}", $"-d{seconds}s", "--timeout", "30s", "--latency", "-H", $"Host: {host}", .. more, url]);
        return Read(output, url, host);
    }

    /// <summary>What a Lua script asks, one thread and one connection for each user.</summary>
    public static WrkResult RunScript(string script, string url, int users, int seconds) =>
        Read(InMachine.Run("client", "wrk", $"-t{users}", $"-c{users}", $"-d{seconds}s", "--timeout", "30s", "--latency", "-s", script, url), url, "script");

    private static WrkResult Read(string output, string url, string host)
    {
        if (ErrorsLine().Match(output) is { Success: true } errors)
        {
            throw new BenchException($"{url} (Host: {host}) answered {errors.Groups[1].Value} requests with an error; look into ops/var/log");
        }

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

    [GeneratedRegex(@"Non-2xx or 3xx responses:\s+(\d+)")]
    private static partial Regex ErrorsLine();

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
