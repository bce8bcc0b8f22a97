using System.Text;
using System.Text.Json.Nodes;
using MailKit;
using MailKit.Net.Imap;
using MimeKit;
using Tests.Unit.Webmail.Outbox;
using Tests.Unit.Webmail.Sieve;
using Webmail.Mail.Seams;
using Webmail.Mail.Servers;
using Webmail.Mail.Writing;
using Webmail.Web.Blobs;
using Webmail.Web.Drafts;
using Webmail.Web.Journal;

namespace Tests.Unit.Webmail.Drafts;

/// <summary>Drafts on real servers; a backend's writer runs when it is started.</summary>
public abstract class DraftTest(PostgresServer server, DovecotServer dovecot) : OutboxTest(server, dovecot)
{
    private protected static string Email(string text, string more = "") => $$$"""
        "email":{"to":[{"email":"bob@example.test"}],"subject":"a draft","textBody":[{"partId":"t"}],"bodyValues":{"t":{"value":"{{{text}}}"} }{{{more}}} }
        """;

    private protected static string Attached(string blobId) => $$"""
        ,"attachments":[{"blobId":"{{blobId}}","name":"file.bin","type":"application/pdf"}]
        """;

    private protected async Task<JsonObject> CreateAsync(string text, string more = "", string moreOfEmail = "", TestJournal? journal = null)
    {
        var answer = await Backend.CallAsync(Alice, "Draft/set", $$$"""
            "create":{"d":{{{{Email(text, moreOfEmail)}}}{{{more}}} } }
            """, journal);
        Assert.True(answer["created"] is not null, answer.ToJsonString());
        return (JsonObject)answer["created"]!["d"]!;
    }

    /// <summary>The SetError, or null.</summary>
    private protected async Task<JsonNode?> UpdateAsync(string id, int ifVersion, string content, OutboxBackend? on = null) =>
        (await (on ?? Backend).CallAsync(Alice, "Draft/set", $$$"""
            "update":{"{{{id}}}":{"ifVersion":{{{ifVersion}}},{{{content}}} } }
            """))["notUpdated"]?[id];

    /// <summary>The SetError, or null.</summary>
    private protected async Task<JsonNode?> DestroyAsync(string id, int ifVersion) =>
        (await Backend.CallAsync(Alice, "Draft/set", $$$"""
            "destroy":["{{{id}}}"],"destroyIfVersion":{"{{{id}}}":{{{ifVersion}}} }
            """))["notDestroyed"]?[id];

    private protected async Task<JsonNode> GetAsync(string id, OutboxBackend? on = null) =>
        Assert.Single((await (on ?? Backend).CallAsync(Alice, "Draft/get", $"\"ids\":[\"{id}\"]"))["list"]!.AsArray())!;

    private protected async Task<JsonArray> HistoryAsync(string id, string versions = "[]") =>
        (await Backend.CallAsync(Alice, "Draft/history", $"\"draftId\":\"{id}\",\"versions\":{versions}"))["list"]!.AsArray();

    private protected static string TextOf(JsonNode draft) => (string)draft["email"]!["bodyValues"]!["t"]!["value"]!;

    private protected async Task<string> UploadAsync(string content, Credentials? of = null)
    {
        var id = new UploadId(Guid.NewGuid());
        await Backend.Service<UploadStore>().AddAsync(
            AccountId.Of((of ?? Alice).Username), id, "application/pdf", Encoding.UTF8.GetBytes(content), DateTimeOffset.UtcNow, Cancelled);
        return id.ToString();
    }

    /// <summary>As if the pause before the mail server gets it were over.</summary>
    private protected Task HurryAsync() => RunSqlAsync("UPDATE draft SET due = now() WHERE due IS NOT NULL");

    private protected Task LapseDraftsAsync() => RunSqlAsync("UPDATE draft SET leased_until = now() - interval '1 hour' WHERE leased_until IS NOT NULL");

    /// <summary>Until the mailbox has it, or has it no longer.</summary>
    private protected async Task SettleAsync()
    {
        await HurryAsync();
        await UntilAsync(async () => await Database.ScalarAsync<bool>("SELECT bool_and(due IS NULL AND leased_until IS NULL) FROM draft", Cancelled), "drafts to be written");
    }

    private protected async Task<DraftItem> ClaimAsync()
    {
        await HurryAsync();
        return (await Backend.Service<DraftLeases>().ClaimAsync(Cancelled))!;
    }

    /// <summary>What a writer does first: the message is in the mailbox, and nobody knows yet.</summary>
    private protected async Task<WrittenDraft> AppendAsync(DraftItem item, int version, string text) => await Backend.Service<DraftCopies>().WriteAsync(
        Alice, new DraftMark(item.Token, version), item.Written, _ => Task.FromResult(new NewEmail
        {
            Mailbox = default,
            Keywords = [],
            Date = DateTimeOffset.UnixEpoch,
            ReceivedAt = DateTimeOffset.UnixEpoch,
            Subject = "a draft",
            Body = new NewPart("text/plain") { Text = text },
        }), _ => Task.FromResult(true), Cancelled);

    /// <summary>Another mail client at work in Drafts.</summary>
    private protected async Task ElsewhereAsync(Func<IMailFolder, Task> act)
    {
        using var client = new ImapClient();
        await client.ConnectAsync(ImapServer.Imap, Cancelled);
        await client.AuthenticateAsync(Alice.Username, Alice.Password, Cancelled);
        var folder = await client.GetFolderAsync("Drafts", Cancelled);
        await folder.OpenAsync(FolderAccess.ReadWrite, Cancelled);
        await act(folder);
    }

    private protected Task RemoveElsewhereAsync() => ElsewhereAsync(async folder =>
    {
        await folder.AddFlagsAsync(0, MessageFlags.Deleted, true, Cancelled);
        await folder.ExpungeAsync(Cancelled);
    });

    /// <summary>A client that keeps header fields it does not know.</summary>
    private protected Task EditElsewhereAsync(string text) => ElsewhereAsync(async folder =>
    {
        var message = await folder.GetMessageAsync(0, Cancelled);
        message.Body = new TextPart("plain") { Text = text };
        await folder.AppendAsync(new AppendRequest(message, MessageFlags.Draft), Cancelled);
    });
}
