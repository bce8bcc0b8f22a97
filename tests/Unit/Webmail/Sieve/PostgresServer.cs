using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Webmail.Web.Config;

namespace Tests.Unit.Webmail.Sieve;

/// <summary>A real PostgreSQL on a free loopback port, with its data in a folder of its own.</summary>
public sealed class PostgresServer : IDisposable
{
    private const string Binaries = "/usr/lib/postgresql/15/bin";
    private static readonly string[] AsPostgres = ["--reuid=postgres", "--regid=postgres", "--init-groups"];
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("postgres-");
    private readonly Process _process;

    public PostgresServer()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Config = new DatabaseConfig("127.0.0.1", ((IPEndPoint)probe.LocalEndpoint).Port, "postgres", "postgres", null);
        }

        Run("chown", "postgres", _folder.FullName);
        Run("setpriv", [.. AsPostgres, $"{Binaries}/initdb", "-D", _folder.FullName, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]);
        _process = Process.Start(Quiet("setpriv",
        [
            .. AsPostgres, $"{Binaries}/postgres", "-D", _folder.FullName, "-c", "listen_addresses=127.0.0.1", "-c", $"port={Config.Port}",
            "-c", $"unix_socket_directories={_folder.FullName}", "-c", "fsync=off",
        ]))!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        var deadline = Stopwatch.StartNew();
        while (Run($"{Binaries}/pg_isready", "-h", "127.0.0.1", "-p", $"{Config.Port}") != 0)
        {
            Assert.True(deadline.Elapsed < StartTimeout, $"postgres did not start in {StartTimeout}");
        }
    }

    public DatabaseConfig Config { get; }

    public void Dispose()
    {
        // At once, whoever is connected.
        Run("kill", "-INT", $"{_process.Id}");
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(true);
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(Quiet(program, arguments))!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    private static ProcessStartInfo Quiet(string program, string[] arguments) =>
        new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
}
