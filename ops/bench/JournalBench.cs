using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Appliance.Bench;

/// <summary>
/// What journaling costs a message list: the same request over the same splice, answered by one backend with the journal on
/// and by one with it off, in turns.
/// </summary>
internal static class JournalBench
{
    private const int RequestsPerRound = 300;
    private const int ListLimit = 50;
    private const int AttemptsMax = 3;

    public static async Task<IReadOnlyList<JournalRow>> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        var (on, off) = ("backend1", "backend2");
        var config = LabPaths.Etc(off, "webmail.json");
        var original = File.ReadAllText(config);
        Drain.Set("backend3", true);
        try
        {
            Restart(off, original.Replace("\"journal\": true", "\"journal\": false", StringComparison.Ordinal));
            var rows = new List<JournalRow>();
            var medians = new Dictionary<string, List<double>> { [on] = [], [off] = [] };
            for (var round = -1; round < rounds; round++)
            {
                foreach (var backend in (string[])[on, off])
                {
                    Drain.Set(backend == on ? off : on, true);
                    Drain.Set(backend, false);
                    var median = await MeasureAsync(cancellationToken);
                    if (round >= 0)
                    {
                        medians[backend].Add(median);
                    }
                }

                Console.Error.WriteLine($"round {Math.Max(0, round + 1)} of {rounds}{(round < 0 ? ", warming up" : "")}");
            }

            rows.Add(new JournalRow("on", Distribution.Of(medians[on])));
            rows.Add(new JournalRow("off", Distribution.Of(medians[off])));
            return rows;
        }
        finally
        {
            Restart(off, original);
            foreach (var backend in Topology.Backends)
            {
                Drain.Set(backend.Name, false);
            }
        }
    }

    /// <summary>A flow without a journal does not survive a false alarm: such a round is measured again.</summary>
    private static async Task<double> MeasureAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await MeasureOnceAsync(cancellationToken);
            }
            catch (Exception exception) when (
                attempt < AttemptsMax
                && (exception is BrokenConnectionException or SocketException or InvalidOperationException or JsonException))
            {
                Console.Error.WriteLine($"measured again: {exception.Message}");
            }
        }
    }

    private static async Task<double> MeasureOnceAsync(CancellationToken cancellationToken)
    {
        using var connection = await HttpConnection.OpenAsync(cancellationToken);
        var account = await MailApi.AccountAsync(connection, MailUsers.Alice, cancellationToken);
        var inbox = await MailApi.InboxAsync(connection, MailUsers.Alice, account, cancellationToken);
        var times = new List<double>(RequestsPerRound);
        for (var request = 0; request < RequestsPerRound; request++)
        {
            var start = Stopwatch.GetTimestamp();
            await MailApi.CallAsync(connection, MailUsers.Alice, MailApi.ListCalls(account, inbox, ListLimit), cancellationToken);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return Distribution.Of(times).Median;
    }

    private static void Restart(string backend, string config)
    {
        Failure.Apply($"{backend}/webmail", Dying.Kill);
        File.WriteAllText(LabPaths.Etc(backend, "webmail.json"), config);
        var service = AllServices.Find($"{backend}/webmail");
        while (ServiceRunner.Pid(service) is not null)
        {
            Thread.Yield();
        }

        ServiceRunner.Start(service with { Prepare = () => { } });
        if (!ServiceRunner.AwaitReady(service))
        {
            throw new BenchException($"{backend}/webmail did not come back; see ops/appliance logs {backend}/webmail");
        }

        while (!Topology.Proxies.All(proxy => ControlClient.Get(proxy.Name, "/status")!["backends"]!.AsArray()
            .Where(row => (string)row!["name"]! == backend).All(row => (bool)row!["healthy"]!)))
        {
            Thread.Yield();
        }
    }
}

/// <summary>Median time of a message list request, in milliseconds, over the rounds.</summary>
internal sealed record JournalRow(string Journal, Distribution MedianMilliseconds);
