using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Webmail.Web.Config;

namespace Webmail.Web.Database;

/// <summary>Makes the connection pool from the configuration.</summary>
internal static class DatabaseSource
{
    private const int ConnectionsMax = 20;
    private const int ConnectTimeoutSeconds = 5;
    private const int CommandTimeoutSeconds = 15;

    /// <summary>Statements that a connection has the server plan once. Ours are few and short: planning them costs more than running them.</summary>
    private const int PreparedMax = 200;

    /// <summary>
    /// What a backend locked when it was cut off or frozen is let go by the server: the backend that replays its request waits for those locks.
    /// A transaction of ours waits for nothing but the database, so that only a backend in trouble is this slow.
    /// </summary>
    private const string SessionOptions =
        "-c idle_in_transaction_session_timeout=1000 -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3 -c tcp_user_timeout=5000";

    /// <param name="config">Where it is.</param>
    /// <param name="time">The process's own.</param>
    /// <param name="log">Is told when it goes and when it is back.</param>
    public static NpgsqlDataSource Create(DatabaseConfig config, TimeProvider time, ILogger? log = null)
    {
        var settings = Settings(config);
        var source = NpgsqlDataSource.Create(settings);
        DatabaseHealth.Attach(source, settings, time, log ?? NullLogger.Instance);
        return source;
    }

    private static NpgsqlConnectionStringBuilder Settings(DatabaseConfig config) => new()
    {
        Host = config.Host,
        Port = config.Port,
        Database = config.Name,
        Username = config.User,
        Password = config.PasswordFile is { } file ? File.ReadAllText(file).Trim() : null,
        MaxPoolSize = ConnectionsMax,
        Timeout = ConnectTimeoutSeconds,
        CommandTimeout = CommandTimeoutSeconds,
        ApplicationName = "webmail",
        Options = SessionOptions,
        MaxAutoPrepare = PreparedMax,
        // Setting a connection back costs more than most of what is asked on it, and nothing of ours outlasts its transaction: see LastingAsync.
        NoResetOnClose = true,
    };
}
