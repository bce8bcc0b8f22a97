using MailKit;
using MailKit.Net.Imap;
using Tests.Unit.Webmail.Servers;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Servers;
using Webmail.Web.Outbox;

namespace Tests.Unit.Webmail.Outbox;

/// <summary>A database and a scripted mail server of its own, backends on them, and somebody who sends.</summary>
public abstract class OutboxTest(PostgresServer server, IImapServer imap) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly OutboxKey _key = new([1, 2, 3]);
    private readonly List<OutboxBackend> _backends = [];

    private protected PostgresDatabase Database { get; private set; } = null!;

    private protected IImapServer ImapServer => imap;

    private protected ScriptedSmtp Smtp { get; } = new();

    private protected OutboxBackend Backend { get; private set; } = null!;

    private protected Credentials Alice { get; } = imap.NewUser();

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        Database = await server.CreateDatabaseAsync(Cancelled);
        Backend = Another();
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var backend in _backends)
        {
            await backend.DisposeAsync();
        }

        Smtp.Dispose();
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>One more backend on the same database, and on the same mail servers unless others are named.</summary>
    private protected OutboxBackend Another(MailServerOptions? submission = null, MailServerOptions? mail = null)
    {
        var backend = new OutboxBackend(Database.Another(), mail ?? imap.Imap, submission ?? Smtp.Options, _key);
        _backends.Add(backend);
        return backend;
    }

    /// <summary>The messages in a mailbox as IMAP tells them; none if there is no such mailbox.</summary>
    private protected Task<IReadOnlyList<(string MessageId, MessageFlags Flags, string Text)>> ListAsync(string mailbox, Credentials? of = null) =>
        LookAsync<IReadOnlyList<(string, MessageFlags, string)>>(mailbox, of, [], async folder =>
        {
            var list = new List<(string, MessageFlags, string)>();
            foreach (var summary in await folder.FetchAsync(0, -1, MessageSummaryItems.Flags | MessageSummaryItems.Envelope, Cancelled))
            {
                list.Add((summary.Envelope!.MessageId!, summary.Flags!.Value, (await folder.GetMessageAsync(summary.Index, Cancelled)).ToString()));
            }

            return list;
        });

    /// <summary>How many there are, also while some go.</summary>
    private protected Task<int> CountAsync(string mailbox) => LookAsync(mailbox, null, 0, folder => Task.FromResult(folder.Count));

    private protected Task UntilStateAsync(string id, string state) =>
        UntilAsync(async () => (string?)(await Backend.SubmissionAsync(Alice, id))["outboxState"] == state, $"{id} to be {state}");

    /// <summary>Done: nothing happens with it by itself any more.</summary>
    private protected Task UntilDoneAsync(string id) => UntilAsync(
        async () => await Database.ScalarAsync<bool>($"SELECT due IS NULL FROM outbox WHERE id = {id[1..]}", Cancelled), $"{id} to be done");

    private protected static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            Assert.False(patience.IsCancellationRequested, $"waited in vain for {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), Cancelled);
        }
    }

    private async Task<T> LookAsync<T>(string mailbox, Credentials? of, T none, Func<IMailFolder, Task<T>> look)
    {
        using var client = new ImapClient();
        await client.ConnectAsync(imap.Imap, Cancelled);
        await client.AuthenticateAsync((of ?? Alice).Username, (of ?? Alice).Password, Cancelled);
        try
        {
            var folder = mailbox == "INBOX" ? client.Inbox : await client.GetFolder(client.PersonalNamespaces[0]).GetSubfolderAsync(mailbox, Cancelled);
            await folder.OpenAsync(FolderAccess.ReadOnly, Cancelled);
            return await look(folder);
        }
        catch (FolderNotFoundException)
        {
            return none;
        }
    }

    private protected async Task RunSqlAsync(string sql)
    {
        await using var command = Database.Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancelled);
    }

    /// <summary>As if its executor had died long ago.</summary>
    private protected Task LapseAsync() => RunSqlAsync("UPDATE outbox SET leased_until = now() - interval '1 hour' WHERE leased_until IS NOT NULL");
}
