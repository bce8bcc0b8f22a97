using System.Diagnostics;
using System.Text;
using Appliance.Cli.Lab;

namespace Tests.Lab;

/// <summary>Everything that crosses the inner network, as bytes.</summary>
internal sealed class InnerCapture : IDisposable
{
    private readonly Process _tcpdump;
    private readonly StringBuilder _seen = new();

    private InnerCapture(Process tcpdump) => _tcpdump = tcpdump;

    public static async Task<InnerCapture> StartAsync(CancellationToken cancellationToken)
    {
        // Each backend sees what it gets; the bridge belongs to nobody. Raw packets, unbuffered, on standard output.
        var start = new ProcessStartInfo("tcpdump", ["-i", "lab-back", "-U", "-w", "-", "--immediate-mode", "-s", "0", "tcp"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.Latin1,
        };
        var capture = new InnerCapture(Process.Start(start)!);
        string? line;
        while ((line = await capture._tcpdump.StandardError.ReadLineAsync(cancellationToken)) is not null
            && !line.Contains("listening on", StringComparison.Ordinal))
        {
        }

        _ = capture.ReadAsync();
        return capture;
    }

    /// <summary>What was seen, once it contains a text.</summary>
    public async Task<string> UntilAsync(string text, CancellationToken cancellationToken)
    {
        await LabFixture.Until(() => Seen().Contains(text, StringComparison.Ordinal), TimeSpan.FromSeconds(10), $"'{text}' on the inner network", cancellationToken);
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
