using System.Diagnostics;
using Npgsql;
using Tests.Unit.Webmail.Servers;
using Webmail.Web.Config;
using Webmail.Web.Database;

[assembly: AssemblyFixture(typeof(Tests.Unit.Webmail.PostgresServer))]

namespace Tests.Unit.Webmail;

/// <summary>
/// A real PostgreSQL on a free loopback port, for all tests of the assembly; started when the first one asks for a database.
/// Each test takes a <see cref="PostgresDatabase"/> of its own, with the webmail's tables in it: hundreds, so they are copies of one, in memory
/// where there is some.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private const string Binaries = "/usr/lib/postgresql/15/bin";
    private const string User = "postgres";
    private const string Template = "tables";
    private const string Memory = "/dev/shm";
    private const long MemoryBytesMin = 1L << 30;
    private static readonly string[] AsPostgres = [$"--reuid={User}", $"--regid={User}", "--init-groups"];
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private readonly SemaphoreSlim _starting = new(1);
    private readonly string _data = Path.Combine(Folder(), $"postgres-{Guid.NewGuid():N}");
    private Process? _process;
    private int _port;
    private int _databases;

    /// <summary>An empty database with the webmail's tables, or with those up to a step.</summary>
    public async Task<PostgresDatabase> CreateDatabaseAsync(CancellationToken cancellationToken, int? toStep = null)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            if (_port == 0)
            {
                Make();
                Start();
                await using var template = await CreateAsync(Template, "template1", cancellationToken);
                await new Migration(template).ForwardAsync(Schema.Steps.Count, cancellationToken);
            }
        }
        finally
        {
            _starting.Release();
        }

        var name = $"test{Interlocked.Increment(ref _databases)}";
        var source = await CreateAsync(name, toStep is null ? Template : "template1", cancellationToken);
        if (toStep is { } step)
        {
            await new Migration(source).ForwardAsync(step, cancellationToken);
        }

        return new PostgresDatabase(this, Config(name), source);
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

    public async Task DropAsync(string name) => await AdministerAsync($"DROP DATABASE {name} WITH (FORCE)", CancellationToken.None);

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

        _starting.Dispose();
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
            "-c", "max_connections=100", "-c", "shared_buffers=32MB", "-c", "wal_level=minimal", "-c", "max_wal_senders=0",
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

    private async Task<NpgsqlDataSource> CreateAsync(string name, string template, CancellationToken cancellationToken)
    {
        await AdministerAsync($"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy", cancellationToken);
        return DatabaseSource.Create(Config(name), TimeProvider.System);
    }

    private async Task AdministerAsync(string sql, CancellationToken cancellationToken)
    {
        await using var source = DatabaseSource.Create(Config(User), TimeProvider.System);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private DatabaseConfig Config(string database) => new("127.0.0.1", _port, database, User, null);

    private static string Folder() =>
        Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > MemoryBytesMin ? Memory : Path.GetTempPath();

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

/// <summary>A database of one test.</summary>
public sealed class PostgresDatabase(PostgresServer server, DatabaseConfig config, NpgsqlDataSource source) : IAsyncDisposable
{
    /// <summary>For a whole webmail.</summary>
    public DatabaseConfig Config => config;

    public NpgsqlDataSource Source => source;

    /// <summary>Another pool, as another backend has it.</summary>
    public NpgsqlDataSource Another() => DatabaseSource.Create(config, TimeProvider.System);

    public async Task<T> ScalarAsync<T>(string sql, CancellationToken cancellationToken)
    {
        await using var command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await server.DropAsync(config.Name);
    }
}
