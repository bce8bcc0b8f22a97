using System.Diagnostics;
using Npgsql;
using Tests.Unit.Webmail.Servers;
using Webmail.Web.Config;
using Webmail.Web.Database;

[assembly: AssemblyFixture(typeof(Tests.Unit.Webmail.PostgresServer))]

namespace Tests.Unit.Webmail;

/// <summary>
/// A real PostgreSQL on a free loopback port, for all tests of the assembly; started when the first one asks for a database.
/// Each test class takes a <see cref="PostgresDatabase"/> of its own, with the webmail's tables in it.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private const string Binaries = "/usr/lib/postgresql/15/bin";
    private const string User = "postgres";
    private static readonly string[] AsPostgres = [$"--reuid={User}", $"--regid={User}", "--init-groups"];
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private readonly Lock _starting = new();
    private readonly string _data = Path.Combine(Path.GetTempPath(), $"postgres-{Guid.NewGuid():N}");
    private Process? _process;
    private int _port;
    private int _databases;

    /// <summary>An empty database with the webmail's tables, or with those up to a step.</summary>
    public async Task<PostgresDatabase> CreateDatabaseAsync(CancellationToken cancellationToken, int? toStep = null)
    {
        lock (_starting)
        {
            if (_port == 0)
            {
                Make();
                Start();
            }
        }

        var name = $"test{Interlocked.Increment(ref _databases)}";
        await using (var source = NpgsqlDataSource.Create(ConnectionString(User)))
        {
            await using var create = source.CreateCommand($"CREATE DATABASE {name}");
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        var database = new PostgresDatabase(new DatabaseConfig("127.0.0.1", _port, name, User, null));
        await new Migration(database.Source).ForwardAsync(toStep ?? Schema.Steps.Count, cancellationToken);
        return database;
    }

    /// <summary>The definitions of all tables, as pg_dump writes them.</summary>
    public string Dump(DatabaseConfig database)
    {
        string[] arguments = ["--schema-only", "-h", database.Host, "-p", $"{database.Port}", "-U", User, database.Name];
        using var dump = Process.Start(new ProcessStartInfo($"{Binaries}/pg_dump", arguments) { RedirectStandardOutput = true })!;
        var text = dump.StandardOutput.ReadToEnd();
        dump.WaitForExit();
        Assert.Equal(0, dump.ExitCode);
        // Newer versions of pg_dump protect their output with a random word.
        return string.Join('\n', text.Split('\n').Where(line => !line.StartsWith('\\')));
    }

    /// <summary>Nothing answers, and all connections are cut.</summary>
    public void Stop()
    {
        // Fast, but in order: what was written a moment ago may not be on the disk yet.
        ServerProcess.Run("kill", "-INT", $"{_process!.Id}");
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Connections stay, and nothing answers.</summary>
    public void Freeze() => ProcessTree.Freeze(_process!.Id);

    public void Thaw() => ProcessTree.Thaw(_process!.Id);

    public void Dispose()
    {
        if (_process is not null)
        {
            Stop();
        }

        if (_port != 0)
        {
            Directory.Delete(_data, true);
        }
    }

    /// <summary>Where it was.</summary>
    public void Start()
    {
        // A test needs what is written to be seen, not to survive the machine.
        string[] arguments =
        [
            .. AsPostgres, $"{Binaries}/postgres", "-D", _data, "-p", $"{_port}", "-c", "listen_addresses=127.0.0.1",
            "-c", $"unix_socket_directories={_data}", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
            "-c", "max_connections=100", "-c", "shared_buffers=32MB",
        ];
        _process = Process.Start(new ProcessStartInfo("setpriv", arguments) { WorkingDirectory = _data, RedirectStandardError = true })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        var waited = Stopwatch.StartNew();
        while (!Answers())
        {
            Assert.False(_process.HasExited, "PostgreSQL has ended at once");
            Assert.True(waited.Elapsed < StartTimeout, $"PostgreSQL on port {_port} did not start in {StartTimeout}");
        }
    }

    private void Make()
    {
        Directory.CreateDirectory(_data);
        Run("chown", $"{User}:{User}", _data);
        Run("setpriv", [.. AsPostgres, $"{Binaries}/initdb", "-D", _data, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]);
        _port = FreePort.Find();
    }

    private string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _port,
        Database = database,
        Username = User,
        MaxPoolSize = 20,
    }.ConnectionString;

    private bool Answers()
    {
        using var ready = Process.Start(
            new ProcessStartInfo($"{Binaries}/pg_isready", ["-q", "-h", "127.0.0.1", "-p", $"{_port}"]))!;
        ready.WaitForExit();
        return ready.ExitCode == 0;
    }

    private void Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { WorkingDirectory = _data, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command} {string.Join(' ', arguments)} failed: {output}");
    }
}

/// <summary>A database of one test class.</summary>
public sealed class PostgresDatabase(DatabaseConfig config) : IAsyncDisposable
{
    /// <summary>For a whole webmail.</summary>
    public DatabaseConfig Config => config;

    public NpgsqlDataSource Source { get; } = DatabaseSource.Create(config, TimeProvider.System);

    /// <summary>Another pool, as another backend has it.</summary>
    public NpgsqlDataSource Another() => DatabaseSource.Create(config, TimeProvider.System);

    public async Task<T> ScalarAsync<T>(string sql, CancellationToken cancellationToken)
    {
        await using var command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
