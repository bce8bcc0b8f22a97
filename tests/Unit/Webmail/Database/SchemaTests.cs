using Npgsql;
using Webmail.Web.Config;
using Webmail.Web.Database;

namespace Tests.Unit.Webmail.Database;

/// <summary>Steps go forward and back, and backends of the version before run on the tables of the next.</summary>
public sealed class SchemaTests(PostgresServer postgres)
{
    /// <summary>The last step from before the rule that steps only add, and can be undone.</summary>
    private const int LastBeforeTheRule = 13;
    private const int FirstWithAWayBack = 10;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<int> StepsWithAWayBack => [.. Schema.Steps.Where(step => step.Back is not null).Select(step => step.Number)];

    [Fact]
    public void Steps_FromNowOn_HaveAWayBack()
    {
        Assert.All(Schema.Steps.Skip(FirstWithAWayBack - 1), step => Assert.True(step.Back is not null, $"{step.Name}.back.sql is missing"));
        Assert.Equal([.. Schema.Steps.Select((_, index) => $"{index + 1:00}")], Schema.Steps.Select(step => step.Name[..2]));
    }

    [Theory]
    [MemberData(nameof(StepsWithAWayBack))]
    public async Task Step_ForwardAndBackAndForward_LeavesTheSameTablesAndRows(int step)
    {
        await using var database = await postgres.CreateDatabaseAsync(Cancelled, step - 1);
        var (before, rowsBefore) = (postgres.Dump(database.Config), await FillAsync(database));
        var migration = new Migration(database.Source);

        await migration.ForwardAsync(step, Cancelled);
        var after = postgres.Dump(database.Config);
        var undone = await migration.BackAsync(Cancelled);
        var back = postgres.Dump(database.Config);
        await migration.ForwardAsync(step, Cancelled);

        Assert.Equal(step, undone.Number);
        Assert.NotEqual(before, after);
        Assert.Equal(before, back);
        Assert.Equal(after, postgres.Dump(database.Config));
        Assert.True(rowsBefore > 0);
        Assert.Equal(rowsBefore, await CountAsync(database));
    }

    [Fact]
    public async Task Steps_FromNowOn_OnlyAdd()
    {
        for (var step = LastBeforeTheRule + 1; step <= Schema.Steps.Count; step++)
        {
            await using var database = await postgres.CreateDatabaseAsync(Cancelled, step - 1);
            var before = await Catalogue.ReadAsync(database.Source, Cancelled);
            await new Migration(database.Source).ForwardAsync(step, Cancelled);

            Assert.Empty((await Catalogue.ReadAsync(database.Source, Cancelled)).Breaks(before));
        }
    }

    [Theory]
    [InlineData("DROP TABLE trusted_sender", "trusted_sender")]
    [InlineData("ALTER TABLE session DROP COLUMN device", "session.device")]
    [InlineData("ALTER TABLE session RENAME device TO machine", "session.device")]
    [InlineData("ALTER TABLE session ALTER device TYPE varchar(10)", "session.device")]
    [InlineData("ALTER TABLE session ADD COLUMN place text NOT NULL", "session.place")]
    [InlineData("ALTER TABLE session ALTER device SET NOT NULL", "session.device")]
    [InlineData("ALTER TABLE session ADD CONSTRAINT short CHECK (length(device) < 10)", "session.short")]
    [InlineData("ALTER TABLE outbox DROP CONSTRAINT outbox_account_key_key", "outbox.outbox_account_key_key")]
    [InlineData("CREATE UNIQUE INDEX one_each ON session (account)", "session.one_each")]
    public async Task Catalogue_OfAStepThatBreaksOlderVersions_SaysWhat(string sql, string what)
    {
        await using var database = await postgres.CreateDatabaseAsync(Cancelled);
        var before = await Catalogue.ReadAsync(database.Source, Cancelled);
        await RunAsync(database, sql);

        Assert.Contains(what, (await Catalogue.ReadAsync(database.Source, Cancelled)).Breaks(before));
    }

    /// <summary>As when a backend of the version before starts while the next is being rolled out.</summary>
    [Fact]
    public async Task Forward_DatabaseOfANewerVersion_LeavesItAsItIs()
    {
        await using var database = await postgres.CreateDatabaseAsync(Cancelled);
        await RunAsync(database, $"CREATE TABLE from_the_future (id int); INSERT INTO schema_step VALUES ({Schema.Steps.Count + 1})");
        var before = postgres.Dump(database.Config);

        await new Migration(database.Source).ForwardAsync(Schema.Steps.Count, Cancelled);

        Assert.Equal(before, postgres.Dump(database.Config));
    }

    [Fact]
    public async Task BackCommand_OnTheNewestTables_UndoesTheLastStep()
    {
        await using var database = await postgres.CreateDatabaseAsync(Cancelled);

        var (code, output, errors) = await BackAsync(database.Config);

        Assert.Equal((0, ""), (code, errors));
        Assert.StartsWith($"step {Schema.Steps[^1].Name} is undone", output, StringComparison.Ordinal);
        Assert.Equal(Schema.Steps.Count - 1, await database.ScalarAsync<int>("SELECT max(step) FROM schema_step", Cancelled));
    }

    [Theory]
    [InlineData("DELETE FROM schema_step", "holds no tables")]
    [InlineData("INSERT INTO schema_step VALUES (9999)", "call the version that made it")]
    [InlineData("DELETE FROM schema_step WHERE step > 5", "cannot be undone")]
    [InlineData("CREATE VIEW in_the_way AS SELECT * FROM trusted_sender", "nothing was changed")]
    public async Task BackCommand_WhereThereIsNoWayBack_ChangesNothingAndSaysWhy(string sql, string why)
    {
        await using var database = await postgres.CreateDatabaseAsync(Cancelled, LastBeforeTheRule);
        await RunAsync(database, sql);
        var before = postgres.Dump(database.Config);

        var (code, output, errors) = await BackAsync(database.Config);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains(why, errors, StringComparison.Ordinal);
        Assert.Equal(before, postgres.Dump(database.Config));
    }

    [Fact]
    public async Task BackCommand_DraftsWouldBeLost_IsRefused()
    {
        await using var database = await postgres.CreateDatabaseAsync(Cancelled, 12);
        await RunAsync(database, """
            INSERT INTO draft_account VALUES ('a', 1, 0);
            INSERT INTO draft (account, id, modified, version, last_version, changed) VALUES ('a', 1, 1, 1, 1, now())
            """);

        var (code, _, errors) = await BackAsync(database.Config);

        Assert.Equal(1, code);
        Assert.Contains("drafts wait to be written", errors, StringComparison.Ordinal);
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM draft", Cancelled));
    }

    private static async Task<(int Code, string Output, string Errors)> BackAsync(DatabaseConfig config)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        return (await SchemaBackCommand.RunAsync(config, output, errors, TimeProvider.System, Cancelled), output.ToString(), errors.ToString());
    }

    /// <summary>Rows of tables that all of these steps find; how many.</summary>
    private static async Task<long> FillAsync(PostgresDatabase database)
    {
        await RunAsync(database, """
            INSERT INTO session (id, sealed_credentials, account, created, expires) VALUES ('\x01', '\x02', 'a', now(), now());
            INSERT INTO mail_index VALUES ('a', 1, 1);
            INSERT INTO contact_account VALUES ('a', 1, 1, 1, 1, 1);
            INSERT INTO outbox_account VALUES ('a', 1, 1);
            INSERT INTO identity_account VALUES ('a', 1, 1);
            """);
        return await CountAsync(database);
    }

    private static Task<long> CountAsync(PostgresDatabase database) => database.ScalarAsync<long>("""
        SELECT (SELECT count(*) FROM session) + (SELECT count(*) FROM mail_index) + (SELECT count(*) FROM contact_account)
            + (SELECT count(*) FROM outbox_account) + (SELECT count(*) FROM identity_account)
        """, Cancelled);

    private static async Task RunAsync(PostgresDatabase database, string sql)
    {
        await using var command = database.Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
