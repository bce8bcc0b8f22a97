using System.Data;
using Webmail.Web.Database;

namespace Tests.Unit.Webmail.Database;

/// <summary>An effect in doubt, when the backend that began it holds its row and says nothing more.</summary>
public sealed class OnceEffectTests(PostgresServer server)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Resolve_FirstAttemptFellSilentBeforeItsCommit_IsPerformedByTheSecond()
    {
        await using var database = await server.CreateDatabaseAsync(Cancelled);
        await using var another = database.Another();
        var id = Guid.NewGuid();
        await using var connection = await database.Source.OpenConnectionAsync(Cancelled);
        await using var first = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, Cancelled);
        await using var begin = first.Sql("INSERT INTO effect_outcome (id, performed) VALUES ($1, now())", id);
        await begin.ExecuteNonQueryAsync(Cancelled);

        var outcome = await Effect(another, "second").ResolveAsync(id, Cancelled);

        Assert.Equal("second", outcome);
        Assert.Equal("second", await Effect(database.Source, "third").ResolveAsync(id, Cancelled));
    }

    private static OnceEffect<string> Effect(Npgsql.NpgsqlDataSource source, string outcome) =>
        new(source, TimeProvider.System, _ => Task.FromResult(outcome));
}
