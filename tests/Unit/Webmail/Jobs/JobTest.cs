using System.Text.Json.Nodes;
using MailKit;
using MailKit.Net.Imap;
using MimeKit;
using Tests.Unit.Webmail.Outbox;
using Tests.Unit.Webmail.Servers;
using Webmail.Mail.Ids;
using Webmail.Mail.Servers;
using Webmail.Mail.Sync;
using Webmail.Web.Index;
using Webmail.Web.Jobs;
using Webmail.Web.Journal;

namespace Tests.Unit.Webmail.Jobs;

/// <summary>Somebody with jobs, and another mail program of his. A backend does jobs when its executor is started.</summary>
public abstract class JobTest(PostgresServer postgres, IImapServer imap) : OutboxTest(postgres, imap)
{
    private readonly ImapClient _other = new();

    private protected string Account => AccountId.Of(Alice.Username);

    private protected JobLeases Leases => Backend.Service<JobLeases>();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await _other.ConnectAsync(ImapServer.Imap, Cancelled);
        await _other.AuthenticateAsync(Alice.Username, Alice.Password, Cancelled);
    }

    public override async ValueTask DisposeAsync()
    {
        _other.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A mailbox as another mail program has it open.</summary>
    private protected async Task<IMailFolder> OpenAsync(string mailbox)
    {
        var folder = await FolderAsync(mailbox);
        await folder.OpenAsync(FolderAccess.ReadWrite, Cancelled);
        await folder.CheckAsync(Cancelled);
        return folder;
    }

    /// <summary>Puts messages into a mailbox, numbered from 0, with the flags of each.</summary>
    private protected async Task FillAsync(string mailbox, int count, Func<int, MessageFlags>? flags = null, int from = 0)
    {
        var folder = await FolderAsync(mailbox);
        var messages = Enumerable.Range(from, count).Select(number => new AppendRequest(Message(number), flags?.Invoke(number) ?? MessageFlags.None)).ToArray();
        foreach (var some in messages.Chunk(200))
        {
            await folder.AppendAsync(some, Cancelled);
        }
    }

    /// <summary>The id of a mailbox that the index knows as a whole.</summary>
    private protected async Task<string> IndexAsync(string mailbox)
    {
        await FolderAsync(mailbox);
        var id = await MailboxIdAsync(mailbox);
        MailboxId.TryKey(id, out var key);
        var sync = Backend.Service<IndexSync>();
        while (await sync.FollowAsync(Alice, Account, key, Cancelled) is { Mark.IsComplete: false } row)
        {
            await sync.FollowOlderAsync(Alice, Account, row, Cancelled);
        }

        return id;
    }

    private protected Task<string> MailboxIdAsync(string mailbox) => Backend.MailboxIdAsync(Alice, mailbox == "INBOX" ? "Inbox" : mailbox);

    /// <summary>The ids of a mailbox's messages, by their numbers.</summary>
    private protected async Task<string[]> IdsAsync(string mailbox)
    {
        var found = await Backend.CallAsync(Alice, "Email/query", $$"""
            "filter":{"inMailbox":"{{await IndexAsync(mailbox)}}"}
            """);
        var emails = (await Backend.CallAsync(Alice, "Email/get", $"\"ids\":{found["ids"]!.ToJsonString()},\"properties\":[\"subject\"]"))["list"]!.AsArray();
        return [.. emails.OrderBy(email => (string)email!["subject"]!, StringComparer.Ordinal).Select(email => (string)email!["id"]!)];
    }

    private protected static string Selection(string mailbox, string filter = "null") => $$"""
        "selection":{"mailboxId":"{{mailbox}}","filter":{{filter}} }
        """;

    private protected static string Emails(params string[] ids) => $"\"emailIds\":[{string.Join(',', ids.Select(id => $"\"{id}\""))}]";

    private protected static string Move(string target, string messages, string more = "") => $"\"action\":\"move\",\"targetMailboxId\":\"{target}\",{messages}{more}";

    private protected static string Mark(string keywords, string messages) => $"\"action\":\"setKeywords\",\"keywords\":{keywords},{messages}";

    private protected async Task<JsonObject> CreateAsync(string job, TestJournal? journal = null)
    {
        var answer = await Backend.CallAsync(Alice, "MailJob/set", $$$"""
            "create":{"j":{{{{job}}}} }
            """, journal);
        Assert.True(answer["created"] is not null, answer.ToJsonString());
        return (JsonObject)answer["created"]!["j"]!;
    }

    /// <summary>The type of the error.</summary>
    private protected async Task<string> RefusalAsync(string job) => (string)(await Backend.CallAsync(Alice, "MailJob/set", $$$"""
        "create":{"j":{{{{job}}}} }
        """))["notCreated"]!["j"]!["type"]!;

    private protected async Task<JsonObject> GetAsync(string id) =>
        Assert.Single((await Backend.CallAsync(Alice, "MailJob/get", $"\"ids\":[\"{id}\"]"))["list"]!.AsArray())!.AsObject();

    /// <summary>The SetError, or null.</summary>
    private protected async Task<JsonNode?> SetStateAsync(string id, string state) => (await Backend.CallAsync(Alice, "MailJob/set", $$$"""
        "update":{"{{{id}}}":{"state":"{{{state}}}"} }
        """))["notUpdated"]?[id];

    private protected async Task<JsonObject> UntilJobAsync(JsonObject job, string state)
    {
        var now = job;
        await UntilAsync(
            async () =>
            {
                now = await GetAsync((string)job["id"]!);
                Assert.True((string)now["state"]! == state || (string)now["state"]! is not ("done" or "cancelled" or "failed"), now.ToJsonString());
                return (string)now["state"]! == state;
            },
            $"{job["id"]} to be {state}");
        return now;
    }

    /// <summary>Creates a job and waits for its end.</summary>
    private protected async Task<JsonObject> DoAsync(string job) => await UntilJobAsync(await CreateAsync(job), "done");

    private protected Task<JsonObject> UndoAsync(JsonObject job) => DoAsync($"\"undoes\":\"{job["id"]}\"");

    /// <summary>Total, done, skipped and gone; they add up.</summary>
    private protected static (int Total, int Done, int Skipped, int Gone) Counts(JsonObject job)
    {
        var counts = ((int)job["total"]!, (int)job["done"]!, (int)job["skipped"]!, (int)job["gone"]!);
        Assert.Equal(counts.Item1, counts.Item2 + counts.Item3 + counts.Item4);
        Assert.Equal(counts.Item3, job["skippedBy"]!.AsObject().Sum(one => (int)one.Value!));
        return counts;
    }

    /// <summary>The numbers and flags of the messages in a mailbox, as the mail server tells them.</summary>
    private protected async Task<(int Number, string Flags)[]> FlagsAsync(string mailbox)
    {
        var folder = await OpenAsync(mailbox);
        var found = await folder.FetchAsync(0, -1, MessageSummaryItems.Envelope | MessageSummaryItems.Flags, Cancelled);
        return
        [
            .. found.Select(one => (
                int.Parse(one.Envelope!.Subject!, System.Globalization.CultureInfo.InvariantCulture),
                string.Join(' ', new[] { (one.Flags! & ~MessageFlags.Recent).ToString()! }.Concat(one.Keywords!.Order(StringComparer.OrdinalIgnoreCase))))).Order(),
        ];
    }

    private protected async Task<string> NumbersAsync(string mailbox) => string.Join(' ', (await FlagsAsync(mailbox)).Select(one => one.Number));

    private protected async Task<int> HowManyAsync(string mailbox) => (await FlagsAsync(mailbox)).DistinctBy(one => one.Number).Count();

    /// <summary>The same as the index has it, which must not be behind: nothing is asked for.</summary>
    private protected Task<long> IndexedAsync(string mailboxId) => Database.ScalarAsync<long>($"SELECT count(*) FROM email WHERE mailbox = {mailboxId[1..]}", Cancelled);

    private protected Task LapseJobsAsync() => RunSqlAsync("UPDATE job SET leased_until = now() - interval '1 hour' WHERE leased_until IS NOT NULL");

    /// <summary>Another mail program removes a mailbox.</summary>
    private protected async Task RemoveAsync(string mailbox) => await (await FolderAsync(mailbox)).DeleteAsync(Cancelled);

    private async Task<IMailFolder> FolderAsync(string mailbox)
    {
        if (mailbox == "INBOX")
        {
            return _other.Inbox;
        }

        var top = _other.GetFolder(_other.PersonalNamespaces[0]);
        return (await top.GetSubfoldersAsync(false, Cancelled)).FirstOrDefault(folder => folder.Name == mailbox) ?? (await top.CreateAsync(mailbox, true, Cancelled))!;
    }

    private static MimeMessage Message(int number)
    {
        var message = new MimeMessage
        {
            Subject = $"{number:000000}",
            Body = new TextPart("plain") { Text = number % 2 == 0 ? "even" : "odd" },
            MessageId = $"{Guid.NewGuid():N}@example.test",
            Date = DateTimeOffset.UnixEpoch.AddSeconds(number),
        };
        message.From.Add(new MailboxAddress("Ann Author", "ann@example.test"));
        return message;
    }
}
