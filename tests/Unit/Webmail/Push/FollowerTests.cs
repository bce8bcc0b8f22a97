using Tests.Unit.Webmail.Sieve;
using Webmail.Web.Following;

namespace Tests.Unit.Webmail.Push;

/// <summary>An account is followed by one backend at a time, and by another when that one dies.</summary>
public sealed class FollowerTests(PostgresServer postgres, DovecotServer dovecot) : PushTest(postgres, dovecot)
{
    [Fact]
    public async Task Lease_HeldByOne_IsNotTakenUntilItLapses()
    {
        var leases = Service<FollowerLeases>(0);
        var (one, other) = (await leases.BeginAsync(Cancelled), await leases.BeginAsync(Cancelled));
        Assert.Equal(["a", "b"], (await leases.HoldAsync(one, ["a", "b"], Cancelled))!.Order());
        Assert.Equal(["c"], (await leases.HoldAsync(other, ["a", "c"], Cancelled))!);

        // The first is silent from here on.
        string[]? held = null;
        await UntilAsync(async () => (held = await leases.HoldAsync(other, ["a", "c"], Cancelled)) is not ["c"], "the lease to lapse");

        Assert.Equal(["a", "c"], held!.Order());
        Assert.Null(await leases.HoldAsync(one, ["a", "b"], Cancelled));
    }

    [Fact]
    public async Task Lease_NotWantedAnyLonger_IsAnybodys()
    {
        var leases = Service<FollowerLeases>(0);
        var (one, other) = (await leases.BeginAsync(Cancelled), await leases.BeginAsync(Cancelled));
        await leases.HoldAsync(one, ["a", "b"], Cancelled);

        Assert.Equal(["b"], (await leases.HoldAsync(one, ["b"], Cancelled))!);
        Assert.Equal(["a"], (await leases.HoldAsync(other, ["a", "b"], Cancelled))!);
        await leases.EndAsync(one, Cancelled);
        Assert.Equal(["a", "b"], (await leases.HoldAsync(other, ["a", "b"], Cancelled))!.Order());
    }

    [Fact]
    public async Task Owner_IsFrozen_AnotherBackendFollows()
    {
        using var first = await FollowAsync(0);
        using var second = await OpenAsync(1);
        var owner = await FollowerAsync();

        // It cannot prolong its lease for as long as somebody else has the row.
        await using var connection = await Database.Source.OpenConnectionAsync(Cancelled);
        await using var frozen = await connection.BeginTransactionAsync(Cancelled);
        await using (var freeze = new Npgsql.NpgsqlCommand(
            $"SET idle_in_transaction_session_timeout = 0; SELECT FROM follower WHERE id = {owner} FOR UPDATE", connection, frozen))
        {
            await freeze.ExecuteNonQueryAsync(Cancelled);
        }

        await UntilAsync(async () => await FollowerAsync() is not 0 and var follower && follower != owner, "another follower");
        await AppendAsync();

        Assert.Contains("Email", (await second.ChangeAsync()).Types);
        Assert.Contains("Email", (await first.ChangeAsync()).Types);
    }

    [Fact]
    public async Task Owner_Stops_AnotherBackendFollowsAndTellsWhatCameMeanwhile()
    {
        using var first = await FollowAsync(0);
        using var second = await OpenAsync(1);
        var owner = await FollowerAsync();

        await StopAsync(0);
        await AppendAsync();

        Assert.Contains("Email", (await second.ChangeAsync()).Types);
        Assert.NotEqual(owner, await FollowerAsync());
    }

    [Fact]
    public async Task LastStream_IsClosed_NobodyFollows()
    {
        var stream = await FollowAsync(0);

        stream.Dispose();

        await UntilAsync(async () => await FollowerAsync() == 0, "nobody to follow");
        Assert.Equal(0, await Database.ScalarAsync<long>("SELECT count(*) FROM follower", Cancelled));
    }

    [Fact]
    public async Task Credentials_RefusedByTheMailServer_LeaveTheAccountToWhoeverHasBetterOnes()
    {
        using var wrong = Service<Followers>(0).Want(Account, Credentials with { Password = "wrong" });
        await UntilAsync(async () => await FollowerAsync() != 0, "somebody to follow");
        await UntilAsync(async () => await FollowerAsync() == 0, "it to be refused");

        using var right = await FollowAsync(1);
        await AppendAsync();

        Assert.Contains("Email", (await right.ChangeAsync()).Types);
    }
}
