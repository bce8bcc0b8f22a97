using System.Text;
using System.Text.Json.Nodes;
using Appliance.Cli.Services;

namespace Appliance.Cli.Clients;

/// <summary>The few JMAP calls that failure tests and benchmarks need, each over the caller's connection (RFC 8620, 8621).</summary>
public static class MailApi
{
    public const string Path = "/jmap/api/";

    public static string Credentials(MailUser user) => HttpConnection.BasicOf(user.Address, user.Password);

    public static string Post(string path, MailUser user, string contentType, int lengthBytes) =>
        $"POST {path} HTTP/1.1\r\nHost: webmail.lab\r\n{Credentials(user)}Content-Type: {contentType}\r\nContent-Length: {lengthBytes}\r\n\r\n";

    public static string Request(MailUser user, JsonArray calls)
    {
        var body = new JsonObject
        {
            ["using"] = new JsonArray("urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail", "urn:ietf:params:jmap:submission"),
            ["methodCalls"] = calls,
        }.ToJsonString();
        return Post(Path, user, "application/json", Encoding.UTF8.GetByteCount(body)) + body;
    }

    public static async Task<string> AccountAsync(HttpConnection connection, MailUser user, CancellationToken cancellationToken)
    {
        await connection.SendAsync($"GET /.well-known/jmap HTTP/1.1\r\nHost: webmail.lab\r\n{Credentials(user)}\r\n", cancellationToken);
        var (head, body) = await connection.ReadAnswerAsync(cancellationToken);
        return head.Status == 200 && (string?)JsonNode.Parse(body)?["primaryAccounts"]?["urn:ietf:params:jmap:mail"] is { } account
            ? account
            : throw Unexpected(head, body);
    }

    public static async Task<JsonArray> CallAsync(HttpConnection connection, MailUser user, JsonArray calls, CancellationToken cancellationToken)
    {
        await connection.SendAsync(Request(user, calls), cancellationToken);
        var (head, body) = await connection.ReadAnswerAsync(cancellationToken);
        return head.Status == 200 && JsonNode.Parse(body)?["methodResponses"] is JsonArray responses
            ? responses
            : throw Unexpected(head, body);
    }

    /// <summary>The newest messages of a mailbox with subject and attachments: what a message list shows.</summary>
    public static JsonArray ListCalls(string account, string mailbox, int limit) =>
    [
        new JsonArray("Email/query", new JsonObject
        {
            ["accountId"] = account,
            ["filter"] = new JsonObject { ["inMailbox"] = mailbox },
            ["sort"] = new JsonArray(new JsonObject { ["property"] = "receivedAt", ["isAscending"] = false }),
            ["position"] = 0,
            ["limit"] = limit,
            ["calculateTotal"] = true,
        }, "q"),
        new JsonArray("Email/get", new JsonObject
        {
            ["accountId"] = account,
            ["#ids"] = new JsonObject { ["resultOf"] = "q", ["name"] = "Email/query", ["path"] = "/ids" },
            ["properties"] = new JsonArray("id", "subject", "from", "receivedAt", "keywords", "preview", "hasAttachment", "attachments"),
        }, "g"),
    ];

    public static async Task<string> InboxAsync(HttpConnection connection, MailUser user, string account, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(connection, user,
            [new JsonArray("Mailbox/get", new JsonObject { ["accountId"] = account, ["ids"] = null }, "m")], cancellationToken);
        return (string)answer[0]![1]!["list"]!.AsArray().First(mailbox => (string?)mailbox!["role"] == "inbox")!["id"]!;
    }

    /// <summary>Download path of an attachment of the newest messages, by its file name.</summary>
    public static async Task<string> AttachmentPathAsync(MailUser user, string fileName, CancellationToken cancellationToken)
    {
        const int NewestMessages = 5;
        using var connection = await HttpConnection.OpenAsync(cancellationToken);
        var account = await AccountAsync(connection, user, cancellationToken);
        var inbox = await InboxAsync(connection, user, account, cancellationToken);
        var answer = await CallAsync(connection, user, ListCalls(account, inbox, NewestMessages), cancellationToken);
        var attachment = answer[1]![1]!["list"]!.AsArray()
            .SelectMany(email => email!["attachments"]!.AsArray())
            .First(part => (string?)part!["name"] == fileName)!;
        return $"/jmap/download/{account}/{Uri.EscapeDataString((string)attachment["blobId"]!)}/{fileName}?type=application/octet-stream";
    }

    private static InvalidOperationException Unexpected(HttpHead head, byte[] body) => new($"JMAP answered {head.Status}: {Encoding.UTF8.GetString(body)}");
}
