using MailKit;
using Tests.Unit.Webmail.Servers;
using Tests.Unit.Webmail.Sieve;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Tests.Unit.Webmail.Push;

/// <summary>A Dovecot that says nothing of NOTIFY (RFC 5465), as most servers do not.</summary>
public sealed class IdleDovecot : IImapServer, IDisposable
{
    private readonly DovecotServer _server = new("", "IMAP4rev1 IDLE NAMESPACE UIDPLUS CONDSTORE LIST-EXTENDED LIST-STATUS SPECIAL-USE");

    public MailServerOptions Imap => _server.Imap;

    public Credentials NewUser() => _server.NewUser();

    public void Dispose() => _server.Dispose();
}

/// <summary>Following a server that tells of the open mailbox only.</summary>
public abstract class IdleTests(PostgresServer postgres, IImapServer server) : PushTest(postgres, server)
{
    [Fact]
    public async Task Stream_MessageArrivesInTheInbox_IsTold()
    {
        using var stream = await FollowAsync();

        await AppendAsync();

        Assert.Contains("Email", (await stream.ChangeAsync()).Types);
    }

    [Fact]
    public async Task Stream_MessageInTheInboxIsMarked_IsTold()
    {
        var message = await AppendAsync();
        using var stream = await FollowAsync();

        await Other.Inbox.OpenAsync(FolderAccess.ReadWrite, Cancelled);
        await Other.Inbox.StoreAsync(message, new StoreFlagsRequest(StoreAction.Add, MessageFlags.Seen), Cancelled);

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

public sealed class IdleOnDovecot(PostgresServer postgres, IdleDovecot server) : IdleTests(postgres, server), IClassFixture<IdleDovecot>;
