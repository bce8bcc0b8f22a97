using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Appliance.Cli.Clients;
using Appliance.Cli.Services;

namespace Tests.Lab.Campaign;

/// <summary>
/// Somebody at work in a browser: one connection, one thing after the other. Every answer must be the right one, however it came about. Who is patient
/// takes a refusal that says in a sentence why, and asks the same again.
/// </summary>
internal sealed class Person : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly MailUser _user;
    private readonly HttpConnection _connection;
    private readonly bool _isPatient;
    private readonly CancellationToken _cancelled;
    private readonly Dictionary<string, string> _mailboxes = [];
    private string _account = "";
    private string _identity = "";

    private Person(MailUser user, HttpConnection connection, bool isPatient, CancellationToken cancelled) =>
        (_user, _connection, _isPatient, _cancelled) = (user, connection, isPatient, cancelled);

    public string Client => _connection.Client;

    public static async Task<Person> SignInAsync(MailUser user, bool isPatient, CancellationToken cancelled)
    {
        var person = new Person(user, await HttpConnection.OpenAsync(cancelled), isPatient, cancelled);
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
                var draft = Draft(subject, text);
                draft["key"] = subject;
                var created = (await AskAsync("Draft/set", new JsonObject { ["create"] = new JsonObject { ["d"] = draft } }))["created"]!["d"]!;
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
        var answer = await HttpAsync(MailApi.Post($"/jmap/upload/{_account}/", _user, "application/octet-stream", content.Length), content);
        var blob = Uri.EscapeDataString((string)JsonNode.Parse(answer)!["blobId"]!);
        var stored = await HttpAsync(
            $"GET /jmap/download/{_account}/{blob}/file.bin?type=application/octet-stream HTTP/1.1\r\nHost: webmail.lab\r\n{MailApi.Credentials(_user)}\r\n", []);
        Assert.Equal(SHA256.HashData(content), SHA256.HashData(stored));
    }

    /// <summary>Sends the draft as it is at this version; the submission's id.</summary>
    public async Task<string> SendAsync(string subject, MailUser to, string draft, int version)
    {
        var email = Message(subject, "To be delivered once.");
        email["to"] = new JsonArray(new JsonObject { ["email"] = to.Address });
        var made = await MakeAsync(email, subject);
        var answer = await AskAsync("EmailSubmission/set", new JsonObject
        {
            ["create"] = new JsonObject
            {
                ["s"] = new JsonObject { ["emailId"] = made, ["identityId"] = _identity, ["draftId"] = draft, ["draftVersion"] = version, ["submissionKey"] = subject },
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
        var id = await MakeAsync(Message(subject, "To be filed."), subject);
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

    /// <summary>The id of a new message in Drafts. Nobody knows whether a refused one was made: it is looked for before another is.</summary>
    private async Task<string> MakeAsync(JsonObject email, string subject)
    {
        var creation = new JsonObject { ["accountId"] = _account, ["create"] = new JsonObject { ["m"] = InDrafts(email) } };
        var (answer, refusal) = await TryAskAsync("Email/set", creation);
        while (refusal is not null)
        {
            await PauseAsync(refusal);
            if (await SearchAsync(subject) is [var (made, _), ..])
            {
                return made;
            }

            (answer, refusal) = await TryAskAsync("Email/set", creation);
        }

        return (string)answer!["created"]!["m"]!["id"]!;
    }

    private Task<JsonObject> AskAsync(string method, JsonObject arguments)
    {
        arguments["accountId"] = _account;
        return UntilAnsweredAsync(() => TryAskAsync(method, arguments));
    }

    private Task<byte[]> HttpAsync(string head, byte[] content) => UntilAnsweredAsync(() => TryHttpAsync(head, content));

    private async Task<T> UntilAnsweredAsync<T>(Func<Task<(T? Answer, string? Refusal)>> ask)
        where T : class
    {
        while (true)
        {
            var (answer, refusal) = await ask();
            if (refusal is null)
            {
                return answer!;
            }

            await PauseAsync(refusal);
        }
    }

    /// <summary>The answer, or a sentence that says why there is none.</summary>
    private async Task<(JsonObject? Answer, string? Refusal)> TryAskAsync(string method, JsonObject arguments)
    {
        var (body, refusal) = await TryHttpAsync(MailApi.Request(_user, [new JsonArray(method, arguments.DeepClone(), "0")]), []);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        var response = JsonNode.Parse(body)!["methodResponses"]![0]!;
        var errors = (string?)response[0] == "error"
            ? [response[1]!]
            : ((string[])["notCreated", "notUpdated"]).SelectMany(kind => response[1]![kind]?.AsObject() ?? []).Select(pair => pair.Value!);
        return errors.Where(error => (string?)error["type"] is "serverUnavailable").Select(error => (string)error["description"]!).FirstOrDefault() is { } sentence
            ? (null, sentence)
            : ((string?)response[0] == method ? response[1]!.AsObject() : throw new InvalidOperationException(response.ToJsonString()), null);
    }

    private async Task<(byte[]? Answer, string? Refusal)> TryHttpAsync(string head, byte[] content)
    {
        await _connection.SendAsync(head, _cancelled);
        await _connection.SendAsync(content, _cancelled);
        var (answer, body) = await _connection.ReadAnswerAsync(_cancelled);
        if (answer.Status == 503)
        {
            return (null, (string)JsonNode.Parse(body)!["detail"]!);
        }

        Assert.True(answer.Status is 200 or 201, $"{answer.Status}: {Encoding.UTF8.GetString(body)}");
        return (body, null);
    }

    private async Task PauseAsync(string refusal)
    {
        Assert.True(_isPatient && refusal.EndsWith('.'), $"refused: {refusal}");
        await Task.Delay(Pause, _cancelled);
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
