using Npgsql;
using Webmail.Web.Config;

namespace Webmail.Web.Database;

/// <summary>Makes the connection pool from the configuration.</summary>
internal static class DatabaseSource
{
    private const int ConnectionsMax = 20;
    private const int ConnectTimeoutSeconds = 5;
    private const int CommandTimeoutSeconds = 15;

    public static NpgsqlDataSource Create(DatabaseConfig config) => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder
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
    });
}
