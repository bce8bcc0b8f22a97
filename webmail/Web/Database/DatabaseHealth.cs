using System.Runtime.CompilerServices;
using Npgsql;
using Webmail.Mail.Availability;

namespace Webmail.Web.Database;

/// <summary>
/// Whether the database answers, as this process knows it. It belongs to the pool of connections and lives as long; Npgsql lets nobody derive from that.
/// </summary>
internal static class DatabaseHealth
{
    private static readonly HealthLimits Limits = new(Patience: TimeSpan.FromSeconds(1.5), ProbeTimeout: TimeSpan.FromSeconds(4))
    {
        ProbeEvery = TimeSpan.FromSeconds(0.5),
    };
    private static readonly ConditionalWeakTable<NpgsqlDataSource, Watched> All = [];

    public static void Attach(NpgsqlDataSource source, NpgsqlConnectionStringBuilder settings, TimeProvider time, ILogger log)
    {
        // Beside the pool, whose connections may all be waiting, and go from hand to hand as they are.
        var beside = new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Pooling = false };
        var health = new ServerHealth(Limits, failure => failure is DatabaseUnavailableException, time, log, $"the database on {settings.Host}");
        All.Add(source, new Watched(health, NpgsqlDataSource.Create(beside)));
    }

    /// <summary>Within choices only.</summary>
    public static ServerCondition Of(NpgsqlDataSource source) => Find(source).Health.Condition;

    /// <exception cref="ServerAwayException">It is away. What was asked may still be done, as after any lost connection.</exception>
    public static Task<T> AskAsync<T>(NpgsqlDataSource source, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        var watched = Find(source);
        return watched.Health.AskAsync(ask, watched.ProbeAsync, cancellationToken);
    }

    /// <summary>A connection for what lasts as long as it is open: a lock, a setting, hearing of a channel. It is closed in the end, not kept for others.</summary>
    public static ValueTask<NpgsqlConnection> LastingAsync(this NpgsqlDataSource source, CancellationToken cancellationToken) =>
        Find(source).Beside.OpenConnectionAsync(cancellationToken);

    private static Watched Find(NpgsqlDataSource source) =>
        All.TryGetValue(source, out var watched) ? watched : throw new InvalidOperationException("This pool was not made by DatabaseSource.");

    private sealed record Watched(ServerHealth Health, NpgsqlDataSource Beside)
    {
        public async Task ProbeAsync(CancellationToken cancellationToken)
        {
            await using var command = Beside.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(cancellationToken);
        }
    }
}
