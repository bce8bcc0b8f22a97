using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Appliance.Cli.Lab;

namespace Appliance.Bench.Mail;

/// <summary>Somebody who uses the webmail's JMAP.</summary>
internal sealed record JmapUser(string Name, string Account, string Inbox)
{
    private const int PageRows = 50;
    private const string Address = $"http://{Topology.VirtualAddress}";
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    public static JmapUser SignIn(string name)
    {
        var session = JsonNode.Parse(Curl(name, $"{Address}/.well-known/jmap"))!;
        var user = new JmapUser(name, session["accounts"]!.AsObject().Single().Key, "");
        var mailboxes = user.Ask(user.Request(("Mailbox/get", new JsonObject { ["ids"] = null })))["methodResponses"]![0]![1]!["list"]!.AsArray();
        return user with { Inbox = (string)mailboxes.Single(mailbox => (string?)mailbox!["role"] == "inbox")!["id"]! };
    }

    /// <summary>The newest messages of the inbox, as a list shows them.</summary>
    public string ListRequest() => PageRequest(new JsonObject { ["inMailbox"] = Inbox });

    /// <summary>Those with this word in their subject or sender.</summary>
    public string SearchRequest(string word) => PageRequest(new JsonObject
    {
        ["operator"] = "AND",
        ["conditions"] = new JsonArray(
            new JsonObject { ["inMailbox"] = Inbox },
            new JsonObject { ["operator"] = "OR", ["conditions"] = new JsonArray(new JsonObject { ["subject"] = word }, new JsonObject { ["from"] = word }) }),
    });

    private string PageRequest(JsonObject filter) => Request(
        ("Email/query", new JsonObject
        {
            ["filter"] = filter,
            ["sort"] = new JsonArray(new JsonObject { ["property"] = "receivedAt", ["isAscending"] = false }),
            ["position"] = 0,
            ["limit"] = PageRows,
            ["calculateTotal"] = true,
        }),
        ("Email/get", new JsonObject
        {
            ["#ids"] = new JsonObject { ["resultOf"] = "0", ["name"] = "Email/query", ["path"] = "/ids" },
            ["properties"] = new JsonArray("id", "threadId", "mailboxIds", "keywords", "from", "to", "subject", "receivedAt", "size", "hasAttachment", "preview"),
        }));

    public JsonNode Ask(string request) => JsonNode.Parse(Curl(
        Name, "-H", "Content-Type: application/json", "--data-binary", request, $"{Address}/jmap/api/"))!;

    /// <summary>Once all messages are in the index.</summary>
    public JmapUser Indexed(int messages)
    {
        using var poll = new PeriodicTimer(Poll);
        while (true)
        {
            var found = Ask(ListRequest())["methodResponses"]![0]![1]!;
            if ((bool?)found["canCalculateChanges"] == true && (int?)found["total"] == messages)
            {
                return this;
            }

            poll.WaitForNextTickAsync().AsTask().Wait();
        }
    }

    /// <summary>
    /// Throws the account's index away, which is allowed at any time. Its ids go with it, and the dead rows, too: there are none of what was never seen.
    /// </summary>
    public void Forget() => Shell.Run(
        "runuser", "-u", "postgres", "--", "psql", "-q", "-h", LabPaths.Data("db", "postgres"), "-d", "webmail",
        "-c", $"DELETE FROM mail_index WHERE account = '{Account}'", "-c", "VACUUM");

    /// <summary>What is measured, as Lua functions that make requests.</summary>
    public string Script()
    {
        var newest = (string)Ask(ListRequest())["methodResponses"]![0]![1]!["ids"]![0]!;
        var open = Request(("Email/get", new JsonObject
        {
            ["ids"] = new JsonArray(newest),
            ["properties"] = new JsonArray("id", "from", "to", "cc", "subject", "receivedAt", "textBody", "htmlBody", "attachments", "bodyValues"),
            ["fetchAllBodyValues"] = true,
        }));
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Name}:{BenchMailbox.Password}"));
        return $$"""
            address = '{{Address}}'
            local headers = { ['Host'] = '{{Topology.WebmailHost}}', ['Authorization'] = 'Basic {{credentials}}', ['Content-Type'] = 'application/json' }
            function list() return wrk.format('POST', '/jmap/api/', headers, [==[{{ListRequest()}}]==]) end
            function open() return wrk.format('POST', '/jmap/api/', headers, [==[{{open}}]==]) end
            function search() return wrk.format('POST', '/jmap/api/', headers, [==[{{SearchRequest(BenchMailbox.Word)}}]==]) end
            function file() return wrk.format('GET', '{{FilePath()}}', headers) end
            """;
    }

    /// <summary>Of the only attachment anywhere; none where there is none.</summary>
    private string FilePath()
    {
        var found = Ask(Request(
            ("Email/query", new JsonObject { ["filter"] = new JsonObject { ["hasAttachment"] = true }, ["limit"] = 1 }),
            ("Email/get", new JsonObject
            {
                ["#ids"] = new JsonObject { ["resultOf"] = "0", ["name"] = "Email/query", ["path"] = "/ids" },
                ["properties"] = new JsonArray("attachments"),
            })))["methodResponses"]![1]![1]!["list"]!.AsArray();
        return found.Count == 0 ? "/" : $"/jmap/download/{Account}/{(string)found[0]!["attachments"]![0]!["blobId"]!}/{BenchMailbox.FileName}?type=application/octet-stream";
    }

    private string Request(params (string Method, JsonObject Arguments)[] calls)
    {
        var list = new JsonArray();
        foreach (var (method, arguments) in calls)
        {
            arguments["accountId"] = Account;
            list.Add(new JsonArray(method, arguments, string.Create(CultureInfo.InvariantCulture, $"{list.Count}")));
        }

        return new JsonObject { ["using"] = new JsonArray("urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail"), ["methodCalls"] = list }.ToJsonString();
    }

    private static string Curl(string user, params string[] arguments) => InMachine.Run(
        "client", ["curl", "-sS", "-m", "60", "-u", $"{user}:{BenchMailbox.Password}", "-H", $"Host: {Topology.WebmailHost}", .. arguments]);
}
