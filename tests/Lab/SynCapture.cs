using System.Diagnostics;
using Appliance.Cli.Lab;

namespace Tests.Lab;

/// <summary>Counts the connections a client really opened: its SYNs, captured at its own device.</summary>
internal sealed class SynCapture : IDisposable
{
    private const string Syn4 = "tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn";

    /// <summary>libpcap finds the TCP header by itself in IPv4 only: behind an IPv6 header without extensions it lies at byte 40.</summary>
    private const string Syn6 = "ip6[6] == 6 and ip6[53] & 0x12 == 0x02";
    private readonly Process _tcpdump;
    private readonly List<string> _lines = [];

    private SynCapture(Process tcpdump) => _tcpdump = tcpdump;

    public static async Task<SynCapture> StartAsync(
        CancellationToken cancellationToken, string address = Topology.VirtualAddress, Machine? from = null)
    {
        var start = new ProcessStartInfo("nsenter",
        [
            $"--net={(from ?? Topology.Find("client")).NamespacePath}", "tcpdump", "-i", "front", "-nn", "-l", "--immediate-mode",
            $"dst host {address} and {(address.Contains(':', StringComparison.Ordinal) ? Syn6 : Syn4)}",
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
            return _lines.Where(line => line.Contains(" IP", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]).ToHashSet();
        }
    }
}
