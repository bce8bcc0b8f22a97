using Webmail.Web.Index;

namespace Tests.Unit.Webmail.Index;

/// <summary>One backend at a time reads an account's older messages.</summary>
public sealed class AccountTurnTests(PostgresServer server)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Take_WhileAnotherHasIt_IsNotGiven()
    {
        await using var database = await server.CreateDatabaseAsync(Cancelled);
        await using var another = database.Another();
        await using (await AccountTurn.TakeAsync(database.Source, "a1", AccountTurn.SilenceMax, Cancelled))
        {
            Assert.Null(await AccountTurn.TakeAsync(another, "a1", AccountTurn.SilenceMax, Cancelled));
            await using var other = await AccountTurn.TakeAsync(another, "a2", AccountTurn.SilenceMax, Cancelled);
            Assert.NotNull(other);
        }

        await using var next = await AccountTurn.TakeAsync(another, "a1", AccountTurn.SilenceMax, Cancelled);
        Assert.NotNull(next);
    }

    [Fact]
    public async Task Take_TheOtherIsSilentForTooLong_IsGiven()
    {
        await using var database = await server.CreateDatabaseAsync(Cancelled);
        await using var another = database.Another();
        var silent = await AccountTurn.TakeAsync(database.Source, "a1", TimeSpan.FromMilliseconds(200), Cancelled);
        Assert.NotNull(silent);

        AccountTurn? next;
        while ((next = await AccountTurn.TakeAsync(another, "a1", AccountTurn.SilenceMax, Cancelled)) is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Cancelled);
        }

        // It is heard again, and does nobody harm.
        await silent.DisposeAsync();
        Assert.Null(await AccountTurn.TakeAsync(database.Source, "a1", AccountTurn.SilenceMax, Cancelled));
        await next.DisposeAsync();
    }
}
