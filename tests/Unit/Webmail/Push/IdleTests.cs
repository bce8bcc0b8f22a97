using Tests.Unit.Webmail.Sieve;

namespace Tests.Unit.Webmail.Push;

/// <summary>A Dovecot that says nothing of NOTIFY (RFC 5465), as most servers do not.</summary>
public sealed class IdleDovecot : IDisposable
{
    public DovecotServer Server { get; } = new("", "IMAP4rev1 IDLE NAMESPACE UIDPLUS CONDSTORE LIST-EXTENDED LIST-STATUS SPECIAL-USE");

    public void Dispose() => Server.Dispose();
}

/// <summary>Following a server that tells of the open mailbox only.</summary>
public sealed class IdleTests(PostgresServer postgres, IdleDovecot dovecot) : PushTest(postgres, dovecot.Server), IClassFixture<IdleDovecot>
{
    [Fact]
    public async Task Stream_MessageArrivesInTheInbox_IsTold()
    {
        using var stream = await FollowAsync();

        await AppendAsync();

        Assert.Contains("Email", (await stream.ChangeAsync()).Types);
    }

    [Fact]
    public async Task Stream_MessageArrivesElsewhere_IsToldAtTheNextLook()
    {
        var elsewhere = await FolderAsync("Elsewhere");
        using var stream = await FollowAsync();

        await AppendAsync(elsewhere);

        Assert.Contains("Mailbox", (await stream.ChangeAsync()).Types);
    }
}
