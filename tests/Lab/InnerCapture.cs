using System.Diagnostics;
using System.Text;
using Appliance.Cli.Lab;

namespace Tests.Lab;

/// <summary>Everything that crosses the inner network, as bytes.</summary>
internal sealed class InnerCapture : IDisposable
{
    private readonly Process _tcpdump;
    private readonly StringBuilder _seen = new();
    private readonly Task _reading;

    private InnerCapture(Process tcpdump)
    {
        _tcpdump = tcpdump;
        _reading = ReadAsync();
    }

    public static async Task<InnerCapture> StartAsync(CancellationToken cancellationToken)
    {
        // Each backend sees what it gets; the bridge belongs to nobody. Raw packets, unbuffered, on standard output. The kernel keeps 32 MiB in places of
        // 64 KiB until tcpdump is given the processor: as usual it would have eight places.
        var start = new ProcessStartInfo("tcpdump", ["-i", "lab-back", "-U", "-w", "-", "--immediate-mode", "-s", "65535", "-B", "32768", "tcp"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.Latin1,
        };
        var tcpdump = Process.Start(start)!;
        string? line;
        while ((line = await tcpdump.StandardError.ReadLineAsync(cancellationToken)) is not null
            && !line.Contains("listening on", StringComparison.Ordinal))
        {
        }

        return new InnerCapture(tcpdump);
    }

    /// <summary>All that was there, up to a text at least.</summary>
    public async Task<string> StopAfterAsync(string text, CancellationToken cancellationToken)
    {
        await LabFixture.Until(() => Seen().Contains(text, StringComparison.Ordinal), TimeSpan.FromSeconds(10), $"'{text}' on the inner network", cancellationToken);
        ServiceRunner.Signal(_tcpdump.Id, "INT");
        Assert.Contains("\n0 packets dropped by kernel", await _tcpdump.StandardError.ReadToEndAsync(cancellationToken), StringComparison.Ordinal);
        await _reading;
        return Seen();
    }

    public void Dispose()
    {
        _tcpdump.Kill();
        _tcpdump.WaitForExit();
        _tcpdump.Dispose();
    }

    private string Seen()
    {
        lock (_seen)
        {
            return _seen.ToString();
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new char[64 * 1024];
        int count;
        while ((count = await _tcpdump.StandardOutput.ReadAsync(buffer)) > 0)
        {
            lock (_seen)
            {
                _seen.Append(buffer, 0, count);
            }
        }
    }
}
