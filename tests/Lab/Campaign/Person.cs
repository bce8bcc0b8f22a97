using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Appliance.Cli.Clients;
using Appliance.Cli.Services;

namespace Tests.Lab.Campaign;

/// <summary>Somebody at work in a browser: one connection, one thing after the other. Every answer must be the right one, however it came about.</summary>
internal sealed class Person : IDisposable
{
    private readonly MailUser _user;
    private readonly HttpConnection _connection;
    private readonly CancellationToken _cancelled;
    private readonly Dictionary<string, string> _mailboxes = [];
    private string _account = "";
    private string _identity = "";

    private Person(MailUser user, HttpConnection connection, CancellationToken cancelled) => (_user, _connection, _cancelled) = (user, connection, cancelled);

    public string Client => _connection.Client;

    public static async Task<Person> SignInAsync(MailUser user, CancellationToken cancelled)
    {
        var person = new Person(user, await HttpConnection.OpenAsync(cancelled), cancelled);
        person._account = await MailApi.AccountAsync(person._connection, user, cancelled);
        foreach (var mailbox in (await person.AskAsync("Mailbox/get", new JsonObject { ["ids"] = null }))["list"]!.AsArray())
        {
            person._mailboxes[(string?)mailbox!["role"] ?? (string)mailbox["name"]!] = (string)mailbox["id"]!;
        }

        person._identity = (string)(await person.AskAsync("Identity/get", new JsonObject { ["ids"] = null }))["list"]![0]!["id"]!;
        return person;
    }

    /// <summary>A draft as it is typed, saved after each word; its id and the version it has then.</summary>
    public async Task<(string Id, int Version)> TypeAsync(string subject, IEnumerable<string> words)
    {
        var (id, version, text) = ("", 0, "");
        foreach (var word in words)
        {
            text += word + " ";
            if (id.Length == 0)
            {
                var created = (await AskAsync("Draft/set", new JsonObject { ["create"] = new JsonObject { ["d"] = Draft(subject, text) } }))["created"]!["d"]!;
                (id, version) = ((string)created["id"]!, (int)created["version"]!);
                continue;
            }

            var update = Draft(subject, text);
            update["ifVersion"] = version;
            var answer = await AskAsync("Draft/set", new JsonObject { ["update"] = new JsonObject { [id] = update } });
            Assert.True(answer["updated"]?[id] is not null, answer.ToJsonString());
            version = (int)answer["updated"]![id]!["version"]!;
        }

        return (id, version);
    }

    /// <summary>The text of a draft; null if there is none.</summary>
    public async Task<string?> TextOfAsync(string draft) =>
        (string?)(await AskAsync("Draft/get", new JsonObject { ["ids"] = new JsonArray(draft) }))["list"]!.AsArray().FirstOrDefault()?["email"]?["bodyValues"]?["t"]?["value"];

    /// <summary>A file stored on the server, and read again.</summary>
    public async Task UploadAsync(byte[] content)
    {
        await _connection.SendAsync(MailApi.Post($"/jmap/upload/{_account}/", _user, "application/octet-stream", content.Length), _cancelled);
        await _connection.SendAsync(content, _cancelled);
        var (head, body) = await _connection.ReadAnswerAsync(_cancelled);
        Assert.InRange(head.Status, 200, 201);
        var blob = Uri.EscapeDataString((string)JsonNode.Parse(body)!["blobId"]!);
        await _connection.SendAsync(
            $"GET /jmap/download/{_account}/{blob}/file.bin?type=application/octet-stream HTTP/1.1\r\nHost: webmail.lab\r\n{MailApi.Credentials(_user)}\r\n", _cancelled);
        var (_, stored) = await _connection.ReadAnswerAsync(_cancelled);
        Assert.Equal(SHA256.HashData(content), SHA256.HashData(stored));
    }

    /// <summary>Sends the draft as it is at this version; the submission's id.</summary>
    public async Task<string> SendAsync(string subject, MailUser to, string draft, int version)
    {
        var email = Message(subject, "To be delivered once.");
        email["to"] = new JsonArray(new JsonObject { ["email"] = to.Address });
        var made = (string)(await AskAsync("Email/set", new JsonObject { ["create"] = new JsonObject { ["m"] = InDrafts(email) } }))["created"]!["m"]!["id"]!;
        var answer = await AskAsync("EmailSubmission/set", new JsonObject
        {
            ["create"] = new JsonObject
            {
                ["s"] = new JsonObject { ["emailId"] = made, ["identityId"] = _identity, ["draftId"] = draft, ["draftVersion"] = version },
            },
        });
        Assert.True(answer["created"]?["s"] is not null, answer.ToJsonString());
        return (string)answer["created"]!["s"]!["id"]!;
    }

    /// <summary>Sent, or in doubt with a sentence; null while it is under way.</summary>
    public async Task<bool?> IsUncertainAsync(string submission)
    {
        var found = (await AskAsync("EmailSubmission/get", new JsonObject { ["ids"] = new JsonArray(submission) }))["list"]![0]!;
        return (string?)found["outboxState"] switch
        {
            "uncertain" => !string.IsNullOrEmpty((string?)found["problem"]) ? true : throw new InvalidOperationException($"no sentence says why: {found.ToJsonString()}"),
            "filed" => false,
            _ => null,
        };
    }

    /// <summary>A message put into the drafts and moved to the archive or the trash; where it is then.</summary>
    public async Task<(string Id, string Mailbox)> FileAsync(string subject, string role)
    {
        var id = (string)(await AskAsync("Email/set", new JsonObject { ["create"] = new JsonObject { ["m"] = InDrafts(Message(subject, "To be filed.")) } }))["created"]!["m"]!["id"]!;
        var answer = await AskAsync("Email/set", new JsonObject
        {
            ["update"] = new JsonObject { [id] = new JsonObject { ["mailboxIds"] = new JsonObject { [_mailboxes[role]] = true }, ["keywords/$flagged"] = true } },
        });
        Assert.True(answer["updated"]?.AsObject().ContainsKey(id) == true, answer.ToJsonString());
        return (id, _mailboxes[role]);
    }

    /// <summary>All messages with this subject, each with its mailbox.</summary>
    public async Task<IReadOnlyList<(string Id, string Mailbox)>> SearchAsync(string subject)
    {
        var ids = (await AskAsync("Email/query", new JsonObject { ["filter"] = new JsonObject { ["subject"] = subject } }))["ids"]!;
        var found = await AskAsync("Email/get", new JsonObject { ["ids"] = ids.DeepClone(), ["properties"] = new JsonArray("mailboxIds") });
        return [.. found["list"]!.AsArray().Select(email => ((string)email!["id"]!, email["mailboxIds"]!.AsObject().Single().Key))];
    }

    public void Dispose() => _connection.Dispose();

    private async Task<JsonObject> AskAsync(string method, JsonObject arguments)
    {
        arguments["accountId"] = _account;
        var answer = (await MailApi.CallAsync(_connection, _user, [new JsonArray(method, arguments, "0")], _cancelled))[0]!;
        Assert.True((string?)answer[0] == method, answer.ToJsonString());
        return answer[1]!.AsObject();
    }

    private JsonObject Draft(string subject, string text) => new() { ["email"] = Message(subject, text) };

    private JsonObject InDrafts(JsonObject email)
    {
        email["mailboxIds"] = new JsonObject { [_mailboxes["drafts"]] = true };
        email["keywords"] = new JsonObject { ["$draft"] = true };
        return email;
    }

    private JsonObject Message(string subject, string text) => new()
    {
        ["from"] = new JsonArray(new JsonObject { ["email"] = _user.Address }),
        ["subject"] = subject,
        ["textBody"] = new JsonArray(new JsonObject { ["partId"] = "t", ["type"] = "text/plain" }),
        ["bodyValues"] = new JsonObject { ["t"] = new JsonObject { ["value"] = text } },
    };
}
