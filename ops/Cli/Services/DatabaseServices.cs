using Appliance.Cli.Lab;

namespace Appliance.Cli.Services;

/// <summary>PostgreSQL 15, in its own data folder, as its own user.</summary>
public static class DatabaseServices
{
    private const string Binaries = "/usr/lib/postgresql/15/bin";
    private static readonly string[] AsPostgres = ["--reuid=postgres", "--regid=postgres", "--init-groups"];

    public static IEnumerable<Service> For(Machine machine)
    {
        var data = LabPaths.Data(machine.Name, "postgres");
        yield return new Service(machine, "postgres",
            ["setpriv", .. AsPostgres, $"{Binaries}/postgres", "-D", data, "-c", $"listen_addresses={machine.BackAddress}",
                "-c", $"unix_socket_directories={data}", "-c", "max_connections=200", "-c", "shared_buffers=128MB"])
        {
            Prepare = () => Initialise(data),
            Ready = () => EnsureDatabase(machine, data),
        };
    }

    private static void Initialise(string data)
    {
        if (File.Exists(Path.Combine(data, "PG_VERSION")))
        {
            return;
        }

        if (Directory.Exists(data))
        {
            Directory.Delete(data, true);
        }

        Directory.CreateDirectory(data);
        Shell.Run("chown", "postgres:postgres", data);
        Shell.Run("setpriv", [.. AsPostgres, $"{Binaries}/initdb", "-D", data, "-A", "scram-sha-256", "--auth-local=trust", "-E", "UTF8", "--locale=C.UTF-8"]);
        File.AppendAllText(Path.Combine(data, "pg_hba.conf"), "host webmail webmail 10.78.0.0/24 scram-sha-256\n");
    }

    /// <summary>Ready means: it answers, and the webmail's user and database are there.</summary>
    private static bool EnsureDatabase(Machine machine, string data)
    {
        var password = File.ReadAllText(Secrets.DatabasePasswordFile);
        var user = Query(machine, data, "SELECT 1 FROM pg_roles WHERE rolname = 'webmail'");
        if (user.Exit != 0)
        {
            return false;
        }

        if (!user.Output.Contains('1', StringComparison.Ordinal))
        {
            Query(machine, data, $"CREATE ROLE webmail LOGIN PASSWORD '{password}'");
        }

        if (!Query(machine, data, "SELECT 1 FROM pg_database WHERE datname = 'webmail'").Output.Contains('1', StringComparison.Ordinal))
        {
            Query(machine, data, "CREATE DATABASE webmail OWNER webmail");
        }

        return true;
    }

    private static (int Exit, string Output, string Error) Query(Machine machine, string data, string sql) =>
        Shell.Try("nsenter", [$"--net={machine.NamespacePath}", "setpriv", .. AsPostgres, "psql", "-h", data, "-U", "postgres", "-tAqc", sql]);
}
