using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using MailKit;
using MailKit.Net.Imap;
using MimeKit;
using Tests.Unit.Webmail.Servers;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Servers;

namespace Tests.Unit.Webmail.Index;

/// <summary>Somebody with an empty mailbox who talks JMAP to two backends, and another mail program that this somebody uses as well.</summary>
public abstract class IndexTest<TServer>(IndexWebmail<TServer> webmail) : IAsyncLifetime, IClassFixture<IndexWebmail<TServer>>
    where TServer : IImapServer
{

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    protected string Account { get; private set; } = "";

    /// <summary>Another mail program.</summary>
    protected ImapClient Other { get; } = new();

    protected PostgresDatabase Database => webmail.Database;

    protected MailServerOptions Imap => webmail.Server.Imap;

    protected bool DescribesParts => webmail.Server.DescribesParts;

    protected Credentials User { get; } = webmail.Server.NewUser();

    public async ValueTask InitializeAsync()
    {
        await Other.ConnectAsync(Imap, Cancelled);
        await Other.AuthenticateAsync(User.Username, User.Password, Cancelled);
        Account = (await GetAsync("/.well-known/jmap"))["accounts"]!.AsObject().Single().Key;
    }

    public ValueTask DisposeAsync()
    {
        Other.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>The arguments of the answer, which must not be an error.</summary>
    protected async Task<JsonObject> CallAsync(string method, string arguments, int backend = 0)
    {
        var (name, answer) = await AnswerAsync(method, arguments, backend);
        Assert.True(name == method, $"{method} {arguments}: {answer.ToJsonString()}");
        return answer;
    }

    /// <summary>The arguments of the answers to several calls in one request, "0" and up, none of which must be an error.</summary>
    protected async Task<JsonObject[]> CallsAsync(params (string Method, string Arguments)[] calls)
    {
        var responses = await ResponsesAsync(calls, 0);
        Assert.Equal(calls.Select(call => call.Method), responses.Select(response => (string?)response![0]));
        return [.. responses.Select(response => response![1]!.AsObject())];
    }

    /// <summary>The type of the error.</summary>
    protected async Task<string> ErrorAsync(string method, string arguments)
    {
        var (name, answer) = await AnswerAsync(method, arguments, 0);
        Assert.Equal("error", name);
        return (string)answer["type"]!;
    }

    protected async Task<IReadOnlyDictionary<string, JsonObject>> MailboxesAsync(int backend = 0) =>
        (await CallAsync("Mailbox/get", "\"ids\":null", backend))["list"]!.AsArray().Select(item => item!.AsObject()).ToDictionary(item => (string)item["name"]!);

    protected async Task<string> MailboxIdAsync(string name) => (string)(await MailboxesAsync())[name]["id"]!;

    /// <summary>The ids in the inbox, newest first.</summary>
    protected async Task<string[]> InboxAsync(string more = "", int backend = 0) =>
        Ids((await CallAsync("Email/query", $$"""{{more}}"filter":{"inMailbox":"{{await MailboxIdAsync("Inbox")}}"}""", backend))["ids"]);

    protected async Task<JsonObject> EmailAsync(string id, string properties = """["subject","keywords","mailboxIds","threadId","receivedAt"]""") =>
        (await CallAsync("Email/get", $$"""
            "ids":["{{id}}"],"properties":{{properties}}
            """))["list"]!.AsArray().Single()!.AsObject();

    /// <summary>The blob id of an upload.</summary>
    protected async Task<string> UploadAsync(byte[] content)
    {
        var answer = await SendAsync(0, HttpMethod.Post, $"/jmap/upload/{Account}/", content);
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!["blobId"]!;
    }

    /// <summary>The content of a blob; null if there is none.</summary>
    protected async Task<string?> DownloadAsync(string blob, int backend = 1)
    {
        var answer = await SendAsync(backend, HttpMethod.Get, $"/jmap/download/{Account}/{blob}/file", null);
        return answer.StatusCode == HttpStatusCode.OK ? await answer.Content.ReadAsStringAsync(Cancelled) : null;
    }

    protected static string[] Ids(JsonNode? list) => [.. (list as JsonArray ?? []).Select(item => (string)item!)];

    /// <summary>Puts a message into a mailbox as another program does.</summary>
    protected async Task<UniqueId> AppendAsync(
        string subject, string mailbox = "INBOX", MessageFlags flags = MessageFlags.None, string? messageId = null, string[]? references = null, string text = "Some text.", int minute = 0)
    {
        using var message = Message(subject, messageId, references, text);
        var folder = await FolderAsync(mailbox);
        var at = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).AddMinutes(minute);
        return (await folder.AppendAsync(new AppendRequest(message, flags, at), Cancelled))!.Value;
    }

    protected static MimeMessage Message(string subject, string? messageId = null, string[]? references = null, string text = "Some text.")
    {
        var message = new MimeMessage { Subject = subject, Body = new TextPart("plain") { Text = text }, MessageId = messageId ?? $"{Guid.NewGuid():N}@example.test" };
        message.From.Add(new MailboxAddress("Ann Author", "ann@example.test"));
        message.To.Add(new MailboxAddress("Rita Reader", "rita@example.test"));
        message.References.AddRange(references ?? []);
        return message;
    }

    protected async Task<IMailFolder> FolderAsync(string mailbox)
    {
        if (mailbox == "INBOX")
        {
            return Other.Inbox;
        }

        var top = Other.GetFolder(Other.PersonalNamespaces[0]);
        return (await top.GetSubfoldersAsync(false, Cancelled)).FirstOrDefault(folder => folder.Name == mailbox)
            ?? (await top.CreateAsync(mailbox, true, Cancelled))!;
    }

    protected async Task<IMailFolder> OpenAsync(string mailbox)
    {
        var folder = await FolderAsync(mailbox);
        await folder.OpenAsync(FolderAccess.ReadWrite, Cancelled);
        return folder;
    }

    protected async Task<JsonNode> GetAsync(string path) =>
        JsonNode.Parse(await (await SendAsync(0, HttpMethod.Get, path, null)).Content.ReadAsStringAsync(Cancelled))!;

    private async Task<(string Name, JsonObject Arguments)> AnswerAsync(string method, string arguments, int backend)
    {
        var response = (await ResponsesAsync([(method, arguments)], backend))[0]!;
        return ((string)response[0]!, response[1]!.AsObject());
    }

    private async Task<JsonArray> ResponsesAsync(IReadOnlyList<(string Method, string Arguments)> calls, int backend)
    {
        var list = calls.Select((call, index) => $$"""["{{call.Method}}",{"accountId":"{{Account}}",{{call.Arguments}} },"{{index}}"]""");
        var request = $$"""
            {"using":["urn:ietf:params:jmap:core","urn:ietf:params:jmap:mail"],"methodCalls":[{{string.Join(',', list)}}]}
            """;
        var answer = await SendAsync(backend, HttpMethod.Post, "/jmap/api/", Encoding.UTF8.GetBytes(request));
        var text = await answer.Content.ReadAsStringAsync(Cancelled);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!["methodResponses"]!.AsArray();
    }

    private async Task<HttpResponseMessage> SendAsync(int backend, HttpMethod method, string path, byte[]? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new ByteArrayContent(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User.Username}:{User.Password}")));
        return await webmail.Clients[backend].SendAsync(request, Cancelled);
    }
}
