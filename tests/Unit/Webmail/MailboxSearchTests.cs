using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using MimeKit;
using Tests.Unit.Webmail.Servers;
using Tests.Unit.Webmail.Sieve;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;
using Webmail.Mail.Servers;
using Webmail.Mail.Sync;

namespace Tests.Unit.Webmail;

public sealed class MailboxSearchTests(DovecotServer server)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(10)]
    [InlineData(20_000)]
    public async Task Find_InSpans_FindsEachOnce(uint spanUids)
    {
        var user = server.NewUser();
        using var other = new ImapClient();
        await other.ConnectAsync(server.Imap, Cancelled);
        await other.AuthenticateAsync(user.Username, user.Password, Cancelled);
        await AppendAsync(1, 9);
        await other.Inbox.OpenAsync(FolderAccess.ReadWrite, Cancelled);
        await other.Inbox.StoreAsync(new UniqueId(4), new StoreFlagsRequest(StoreAction.Add, MessageFlags.Deleted), Cancelled);
        await other.Inbox.ExpungeAsync(Cancelled);
        using var pool = new ImapPool(new OneMailServer(server.Imap), new ImapOptions(), TimeProvider.System);
        var search = new MailboxSearch(pool, spanUids);

        var before = await FindAsync();
        // The connection has the mailbox open, and was told another UIDNEXT.
        await AppendAsync(10, 12);
        var after = await FindAsync();

        Assert.Equal([2u, 6, 8], before);
        Assert.Equal([2u, 6, 8, 10, 12], after);
        Assert.Equal([6u, 8], await AmongAsync(5, 6, 7, 8, 9));
        Assert.Equal([8u, 12], await AmongAsync(12, 4, 8, 3));
        Assert.Equal([2u, 6, 8, 10, 12], await AmongAsync([.. Enumerable.Range(1, 1000).Select(number => (uint)number * 2)]));
        Assert.Empty(await AmongAsync());

        async Task<IEnumerable<uint>> FindAsync() =>
            (await search.FindAsync(user, new MailboxId(1, "INBOX"), SearchQuery.BodyContains("needle"), Cancelled)).Order();

        async Task<IEnumerable<uint>> AmongAsync(params uint[] uids) =>
            (await search.FindAsync(user, new MailboxId(1, "INBOX"), uids, SearchQuery.BodyContains("needle"), Cancelled)).Order();

        async Task AppendAsync(int first, int last)
        {
            for (var number = first; number <= last; number++)
            {
                using var message = new MimeMessage { Subject = "hay", Body = new TextPart("plain") { Text = number % 2 == 0 ? "needle" : "hay" } };
                await other.Inbox.AppendAsync(new AppendRequest(message), Cancelled);
            }
        }
    }
}
