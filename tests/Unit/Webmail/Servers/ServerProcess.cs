using System.Diagnostics;

namespace Tests.Unit.Webmail.Servers;

/// <summary>
/// A server in mount and process namespaces of its own. There it looks installed, though Debian lets a machine have only one server of a
/// kind: what <c>ops/test-servers</c> has unpacked lies over /usr and /etc, and the test's configuration over that. Nothing outlives it.
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private readonly DirectoryInfo _folder;
    private readonly Queue<string> _said = [];
    private Process? _process;

    public ServerProcess(string name)
    {
        _folder = Directory.CreateTempSubdirectory($"{name}-");
        // The servers' workers run as other users.
        File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(At("etc"));
        Directory.CreateDirectory(At("work"));
    }

    /// <summary>In the server's folder, the same inside and outside of its namespace.</summary>
    public string At(string path) => Path.Combine(_folder.FullName, path);

    /// <summary>A folder the user <c>mail</c> owns, as whom the servers run.</summary>
    public string MailFolder(string path)
    {
        Directory.CreateDirectory(At(path));
        Run("chown", "-R", "mail:mail", At(path));
        return At(path);
    }

    /// <summary>Writes below its /etc; before it starts.</summary>
    public void Configure(string path, string content, UnixFileMode mode = (UnixFileMode)0b110_100_100)
    {
        var file = At(Path.Combine("etc", path));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        File.SetUnixFileMode(file, mode);
    }

    /// <summary>One more name for the user <c>mail</c>, which the package would have made.</summary>
    public void AddUser(string name)
    {
        Configure("passwd", $"{File.ReadAllText("/etc/passwd")}{name}:x:8:8::/nonexistent:/bin/sh\n");
        Configure("group", $"{File.ReadAllText("/etc/group")}{name}:x:8:\n");
    }

    /// <summary>What lies in a maildir's folder; nothing if it is not there.</summary>
    public IReadOnlyList<string> Messages(string path) => Directory.Exists(At(path)) ? [.. Directory.GetFiles(At(path)).Select(File.ReadAllText)] : [];

    /// <summary>Runs the shell's commands, and waits until the ports answer.</summary>
    public void Start(string commands, params int[] ports)
    {
        var root = TestServers.Folder();
        // The shell stays the first process: the kernel ends all others with it, and it with unshare.
        File.WriteAllText(At("start"), $"""
            set -e
            mount -t overlay overlay -o lowerdir={root}/usr:/usr /usr
            mount -t overlay overlay -o lowerdir={root}/etc:/etc,upperdir={At("etc")},workdir={At("work")} /etc
            mount -t tmpfs tmpfs /run
            {commands}
            wait

            """);
        _process = Process.Start(new ProcessStartInfo("unshare", ["--mount", "--pid", "--fork", "--kill-child", "sh", At("start")])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        _process.ErrorDataReceived += (_, line) => Remember(line.Data);
        _process.OutputDataReceived += (_, line) => Remember(line.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        var deadline = Stopwatch.StartNew();
        while (!ports.All(FreePort.Answers))
        {
            Assert.True(!_process.HasExited && deadline.Elapsed < StartTimeout, $"{_folder.Name} did not start: {Said()}");
        }
    }

    public void Dispose()
    {
        if (_process is not null)
        {
            // It ignores everything gentler while it waits.
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }

        // What it ended may still be going.
        Run("rm", "-rf", _folder.FullName);
    }

    public static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
    }

    private void Remember(string? line)
    {
        const int LinesMax = 50;
        lock (_said)
        {
            _said.Enqueue(line ?? "");
            if (_said.Count > LinesMax)
            {
                _said.Dequeue();
            }
        }
    }

    private string Said()
    {
        lock (_said)
        {
            return string.Join('\n', _said);
        }
    }
}
