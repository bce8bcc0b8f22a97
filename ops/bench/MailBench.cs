using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Appliance.Cli.Lab;

namespace Appliance.Bench;

/// <summary>
/// The webmail through the splice beside Debian's Roundcube on the same Dovecot: the message list and an open message of a
/// 10,000-message inbox, one user alone and 20 at once; then how soon a 200,000-message inbox is shown and indexed; and the memory of an idle user.
/// </summary>
internal static class MailBench
{
    private const int Messages = 10_000;
    private const int ManyMessages = 200_000;
    private const int Users = 20;
    private const int PageRows = 50;

    /// <summary>As long as a backend needs until what is hot has been compiled once more.</summary>
    private const int WarmUpSeconds = 40;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    public static async Task<MailReport> RunAsync(int rounds, int seconds, CancellationToken cancellationToken)
    {
        BenchMailbox.Prepare("bench10k", Messages);
        string[] users = [.. Enumerable.Range(0, Users).Select(user => BenchMailbox.Share("bench10k", string.Create(CultureInfo.InvariantCulture, $"bench10k-{user}")))];
        using var plain = new Roundcube(8083, caches: false);
        using var cached = new Roundcube(8084, caches: true);
        var webmail = users.Select(JmapUser.SignIn).ToArray();
        Console.Error.WriteLine("indexing");
        Array.ForEach(webmail, user => user.AwaitIndex(Messages));
        MailPath[] paths =
        [
            new("webmail", [.. webmail.Select(user => user.Script())]),
            new("roundcube", [.. users.Select(user => Script(plain, user))]),
            new("roundcubeCached", [.. users.Select(user => Script(cached, user))]),
        ];
        var (list, open, mix) = (Results(paths), Results(paths), Results(paths));
        Console.Error.WriteLine("warming up");
        Array.ForEach(paths, path => path.Run(Users, "mix", WarmUpSeconds));
        for (var round = 1; round <= rounds; round++)
        {
            Console.Error.WriteLine($"round {round} of {rounds}");
            foreach (var path in paths)
            {
                list[path].Add(path.Run(1, "list", seconds));
                open[path].Add(path.Run(1, "open", seconds));
                mix[path].Add(path.Run(Users, "mix", seconds));
            }
        }

        Console.Error.WriteLine("people who do nothing");
        var idle = await MailMemory.MeasureAsync(cancellationToken);
        Console.Error.WriteLine("an inbox never seen");
        return new MailReport(Rows(list), Rows(open), Rows(mix), [Cold()], [idle]);
    }

    /// <summary>A mailbox the webmail has never seen.</summary>
    private static ColdRow Cold()
    {
        BenchMailbox.Prepare("bench200k", ManyMessages);
        JmapUser.SignIn(BenchMailbox.User("bench200k")).Forget();
        var watch = Stopwatch.StartNew();
        var user = JmapUser.SignIn(BenchMailbox.User("bench200k"));
        user.Ask(user.ListRequest());
        var first = watch.Elapsed;
        user.AwaitIndex(ManyMessages);
        return new ColdRow("webmail", first.TotalMilliseconds, ManyMessages / watch.Elapsed.TotalSeconds);
    }

    private static string Script(Roundcube roundcube, string user)
    {
        var headers = string.Join('\n', roundcube.SignIn(user).Select(header => header.Split(": ", 2)).Select(pair => $"headers['{pair[0]}'] = '{pair[1]}'"));
        return $$"""
            local headers = {}
            {{headers}}
            function list() return wrk.format('GET', '{{Roundcube.List}}', headers) end
            function open() return wrk.format('GET', '{{Roundcube.Open(Messages)}}', headers) end
            address = '{{roundcube.Url}}'
            """;
    }

    private static Dictionary<MailPath, List<WrkResult>> Results(MailPath[] paths) => paths.ToDictionary(path => path, _ => new List<WrkResult>());

    private static List<RateRow> Rows(Dictionary<MailPath, List<WrkResult>> results) => [.. results.Select(pair => RateRow.Of(pair.Key.Path, pair.Value))];

    /// <summary>A webmail, and what each user asks of it, as wrk's Lua.</summary>
    private sealed record MailPath(string Path, string[] Scripts)
    {
        public WrkResult Run(int users, string what, int seconds)
        {
            var folder = Directory.CreateTempSubdirectory("mail-bench-");
            try
            {
                // wrk has a script environment for each thread: one thread for each user.
                for (var user = 0; user < users; user++)
                {
                    File.WriteAllText(System.IO.Path.Combine(folder.FullName, $"{user}.lua"), Scripts[user]);
                }

                var main = System.IO.Path.Combine(folder.FullName, "main.lua");
                File.WriteAllText(main, $$"""
                    local count = 0
                    function setup(thread) thread:set('user', count); count = count + 1 end
                    function init(args) dofile('{{folder.FullName}}/' .. user .. '.lua'); turn = 0 end
                    function request()
                        turn = turn + 1
                        if '{{what}}' == 'list' or ('{{what}}' == 'mix' and turn % 2 == 1) then return list() end
                        return open()
                    end

                    """);
                var address = Scripts[0].Split("address = '")[1].Split('\'')[0];
                return Wrk.RunScript(main, address, users, seconds);
            }
            finally
            {
                folder.Delete(true);
            }
        }
    }

    /// <summary>Somebody who uses the webmail's JMAP.</summary>
    private sealed record JmapUser(string Name, string Account, string Inbox)
    {
        private const string Address = "http://10.77.0.100";

        public static JmapUser SignIn(string name)
        {
            var session = JsonNode.Parse(Curl(name, $"{Address}/.well-known/jmap"))!;
            var user = new JmapUser(name, session["accounts"]!.AsObject().Single().Key, "");
            var mailboxes = user.Ask(user.Request(("Mailbox/get", new JsonObject { ["ids"] = null })))["methodResponses"]![0]![1]!["list"]!.AsArray();
            return user with { Inbox = (string)mailboxes.Single(mailbox => (string?)mailbox!["role"] == "inbox")!["id"]! };
        }

        public string ListRequest(int position = 0) => Request(
            ("Email/query", new JsonObject
            {
                ["filter"] = new JsonObject { ["inMailbox"] = Inbox },
                ["sort"] = new JsonArray(new JsonObject { ["property"] = "receivedAt", ["isAscending"] = false }),
                ["position"] = position,
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

        public void AwaitIndex(int messages)
        {
            using var poll = new PeriodicTimer(Poll);
            while (true)
            {
                var found = Ask(ListRequest())["methodResponses"]![0]![1]!;
                if ((bool?)found["canCalculateChanges"] == true && (int?)found["total"] == messages)
                {
                    return;
                }

                poll.WaitForNextTickAsync().AsTask().Wait();
            }
        }

        /// <summary>Throws the account's index away, which is allowed at any time. Its ids go with it.</summary>
        public void Forget() => Shell.Run(
            "runuser", "-u", "postgres", "--", "psql", "-q", "-h", LabPaths.Data("db", "postgres"), "-d", "webmail", "-c", $"DELETE FROM mail_index WHERE account = '{Account}'");

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
                local headers = { ['Host'] = '{{Topology.WebmailHost}}', ['Authorization'] = 'Basic {{credentials}}', ['Content-Type'] = 'application/json' }
                function list() return wrk.format('POST', '/jmap/api/', headers, [==[{{ListRequest()}}]==]) end
                function open() return wrk.format('POST', '/jmap/api/', headers, [==[{{open}}]==]) end
                address = '{{Address}}'
                """;
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
}

internal sealed record MailReport(IReadOnlyList<RateRow> List, IReadOnlyList<RateRow> Open, IReadOnlyList<RateRow> Mix, IReadOnlyList<ColdRow> Cold, IReadOnlyList<MemoryRow> Memory);

/// <param name="FirstMilliseconds">Until the first screen.</param>
/// <param name="IndexedPerSecond">Messages, until all are in the index.</param>
internal sealed record ColdRow(string Path, double FirstMilliseconds, double IndexedPerSecond);
