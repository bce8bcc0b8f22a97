using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tests.Unit.Splice;

/// <summary>A real redis-server on a free loopback port, without persistence, that a test may kill and start again.</summary>
public sealed class RedisServer : IDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(10);
    private Process? _process;

    public RedisServer() => Start();

    public IPEndPoint EndPoint { get; } = new(IPAddress.Loopback, FreePort.Find());

    public void Start()
    {
        string[] arguments =
        [
            "--bind", "127.0.0.1", "--port", $"{EndPoint.Port}", "--save", "", "--appendonly", "no", "--dir", Path.GetTempPath(),
        ];
        _process = Process.Start(new ProcessStartInfo("redis-server", arguments) { RedirectStandardOutput = true })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        var deadline = Stopwatch.StartNew();
        while (!Answers())
        {
            Assert.True(deadline.Elapsed < StartTimeout, $"redis-server on {EndPoint} did not start in {StartTimeout}");
        }
    }

    public void Kill()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }

    public void Freeze() => Signal("STOP");

    public void Thaw() => Signal("CONT");

    /// <summary>Lets a key's time be over.</summary>
    public void Expire(string key) => Run("DEL", key);

    public void Expire(string key, int milliseconds) => Run("PEXPIRE", key, $"{milliseconds}");

    /// <summary>Breaks every connection.</summary>
    public void CloseConnections() => Run("CLIENT", "KILL", "TYPE", "normal");

    public void CloseSubscriptions() => Run("CLIENT", "KILL", "TYPE", "pubsub");

    public void Dispose() => Kill();

    /// <summary>Names of all keys.</summary>
    public string[] Keys() => Run("KEYS", "*").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Milliseconds until the key expires.</summary>
    public long Expiry(string key) => Number(Run("PTTL", key));

    /// <summary>From now on the server notes how long each command takes.</summary>
    public void WatchCommands()
    {
        Run("CONFIG", "SET", "slowlog-max-len", "1000000");
        Run("CONFIG", "SET", "slowlog-log-slower-than", "0");
        Run("SLOWLOG", "RESET");
    }

    /// <summary>The longest that any command, thus any script, has kept the others waiting since <see cref="WatchCommands"/>.</summary>
    public TimeSpan LongestCommand()
    {
        const string Longest = """
            local longest = 0
            for _, noted in ipairs(redis.call('SLOWLOG', 'GET', -1)) do longest = math.max(longest, noted[3]) end
            return longest
            """;
        return TimeSpan.FromMicroseconds(Number(Run("EVAL", Longest, "0")));
    }

    private static long Number(string answer) => long.Parse(answer, CultureInfo.InvariantCulture);

    private string Run(params string[] command)
    {
        using var client = Process.Start(new ProcessStartInfo("redis-cli", ["-p", $"{EndPoint.Port}", .. command]) { RedirectStandardOutput = true })!;
        var answer = client.StandardOutput.ReadToEnd();
        client.WaitForExit();
        return answer;
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process!.Id}"]);
        kill.WaitForExit();
    }

    private bool Answers()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(EndPoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
