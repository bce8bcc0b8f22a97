using System.Diagnostics;
using Appliance.Cli.Lab;

namespace Tests.Lab;

/// <summary>Counts the connections a client really opened: its SYNs, captured at its own device.</summary>
internal sealed class SynCapture : IDisposable
{
    private readonly Process _tcpdump;
    private readonly List<string> _lines = [];

    private SynCapture(Process tcpdump) => _tcpdump = tcpdump;

    public static async Task<SynCapture> StartAsync(CancellationToken cancellationToken, Machine? from = null)
    {
        var start = new ProcessStartInfo("nsenter",
        [
            $"--net={(from ?? Topology.Find("client")).NamespacePath}", "tcpdump", "-i", "front", "-nn", "-l", "--immediate-mode",
            $"dst host {Topology.VirtualAddress} and tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn",
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        var capture = new SynCapture(Process.Start(start)!);
        string? line;
        while ((line = await capture._tcpdump.StandardError.ReadLineAsync(cancellationToken)) is not null
            && !line.Contains("listening on", StringComparison.Ordinal))
        {
        }

        capture._tcpdump.OutputDataReceived += (_, data) =>
        {
            lock (capture._lines)
            {
                capture._lines.Add(data.Data ?? "");
            }
        };
        capture._tcpdump.BeginOutputReadLine();
        return capture;
    }

    /// <summary>Distinct connections: a SYN sent again for the same port is the same one. Waits for the first to be seen.</summary>
    public async Task<int> ConnectionsAsync(CancellationToken cancellationToken)
    {
        await LabFixture.Until(() => Ports().Count > 0, TimeSpan.FromSeconds(5), "tcpdump to show a SYN", cancellationToken);
        return Ports().Count;
    }

    public void Dispose()
    {
        _tcpdump.Kill();
        _tcpdump.WaitForExit();
        _tcpdump.Dispose();
    }

    private HashSet<string> Ports()
    {
        lock (_lines)
        {
            return _lines.Where(line => line.Contains(" IP ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]).ToHashSet();
        }
    }
}
