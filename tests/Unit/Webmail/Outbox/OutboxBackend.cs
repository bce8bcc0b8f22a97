using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Sending;
using Webmail.Web;
using Webmail.Web.Config;
using Webmail.Web.Drafts;
using Webmail.Web.Jmap;
using Webmail.Web.Jobs;
using Webmail.Web.Journal;
using Webmail.Web.Outbox;

namespace Tests.Unit.Webmail.Outbox;

/// <summary>The webmail's own services, asked without HTTP; its executors run when they are started.</summary>
internal sealed class OutboxBackend : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly NpgsqlDataSource _source;

    public OutboxBackend(NpgsqlDataSource source, MailServerOptions imap, MailServerOptions submission, OutboxKey key)
    {
        _source = source;
        var services = new ServiceCollection().AddLogging();
        services.AddWebmail(new WebmailConfig(
            "test", [], new SpliceConfig(false, false, "", [], []), imap, submission, null, new DatabaseConfig("127.0.0.1", 1, "test", "test", null)));
        services.AddSingleton(source);
        services.AddSingleton(key);
        _services = services.BuildServiceProvider();
        Executor = _services.GetServices<IHostedService>().OfType<OutboxExecutor>().Single();
        Writer = _services.GetServices<IHostedService>().OfType<DraftWriter>().Single();
        Jobs = _services.GetServices<IHostedService>().OfType<JobExecutor>().Single();
    }

    public OutboxExecutor Executor { get; }

    /// <summary>Of drafts; runs when it is started, too.</summary>
    public DraftWriter Writer { get; }

    /// <summary>Of jobs; runs when it is started, too.</summary>
    public JobExecutor Jobs { get; }

    /// <summary>The requests' clock; the outbox must not look at it.</summary>
    public DateTimeOffset Now { get; } = new(2001, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public T Service<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>The answers of one request, each as its name and arguments.</summary>
    public async Task<IReadOnlyList<(string Name, JsonObject Arguments)>> AskAsync(Credentials user, string calls, TestJournal? journal = null)
    {
        journal ??= new TestJournal();
        var account = new MailAccount(AccountId.Of(user.Username), user, journal, journal, new FixedTime(Now));
        var (request, error) = JmapRequest.Parse(System.Text.Encoding.UTF8.GetBytes(
            $$"""{"using":["{{Capabilities.Outbox}}"],"methodCalls":{{calls.Replace("$account", account.Id, StringComparison.Ordinal)}} }"""));
        Assert.Null(error);
        // As it is sent: what is written already is no tree before.
        var answer = JsonNode.Parse((await Service<JmapDispatcher>().RunAsync(request!, account, TestContext.Current.CancellationToken)).ToJsonString())!;
        return [.. ((JsonArray)answer["methodResponses"]!).Select(response => ((string)response![0]!, (JsonObject)response[1]!))];
    }

    /// <summary>The arguments of the first answer, which must not be an error.</summary>
    public async Task<JsonObject> CallAsync(Credentials user, string method, string arguments, TestJournal? journal = null)
    {
        var (name, answer) = (await AskAsync(user, $$"""[["{{method}}",{"accountId":"$account",{{arguments}} },"0"]]""", journal))[0];
        Assert.True(name == method, answer.ToJsonString());
        return answer;
    }

    /// <summary>The id of a mailbox.</summary>
    public async Task<string> MailboxIdAsync(Credentials user, string name) =>
        (string)(await CallAsync(user, "Mailbox/get", "\"ids\":null"))["list"]!.AsArray().Single(mailbox => (string)mailbox!["name"]! == name)!["id"]!;

    /// <summary>Writes a draft; its id.</summary>
    public async Task<string> DraftAsync(Credentials user, int textLines = 1)
    {
        await EnsureAsync(user, "Drafts");
        var drafts = await MailboxIdAsync(user, "Drafts");
        var text = string.Concat(Enumerable.Repeat("some text\\n.with a dot\\n", textLines));
        var answer = await CallAsync(user, "Email/set", $$$"""
            "create":{"d":{"mailboxIds":{"{{{drafts}}}":true},"keywords":{"$draft":true},"from":[{"email":"{{{user.Username}}}"}],
                "to":[{"email":"bob@example.test"}],"bcc":[{"email":"secret@example.test"}],"subject":"a subject",
                "textBody":[{"partId":"t","type":"text/plain"}],"bodyValues":{"t":{"value":"{{{text}}}"} } } }
            """);
        Assert.True(answer["created"] is not null, answer.ToJsonString());
        return (string)answer["created"]!["d"]!["id"]!;
    }

    /// <summary>Submits a message; what was created.</summary>
    public async Task<JsonObject> SubmitAsync(Credentials user, string email, string more = "", string arguments = "", TestJournal? journal = null)
    {
        var answer = await CallAsync(
            user, "EmailSubmission/set", $$$"""{{{arguments}}}"create":{"s":{"identityId":"i0","emailId":"{{{email}}}"{{{more}}} } }""", journal);
        Assert.True(answer["created"] is not null, answer.ToJsonString());
        return (JsonObject)answer["created"]!["s"]!;
    }

    /// <summary>As the browser does: moved to Sent on success.</summary>
    public async Task<string> SubmitAndMoveAsync(Credentials user, string email, string more = "")
    {
        await EnsureAsync(user, "Sent");
        var sent = await MailboxIdAsync(user, "Sent");
        return (string)(await SubmitAsync(user, email, more, $$$"""
            "onSuccessUpdateEmail":{"#s":{"mailboxIds":{"{{{sent}}}":true},"keywords/$draft":null}},
            """))["id"]!;
    }

    /// <summary>The SetError of an update, or null.</summary>
    public async Task<JsonNode?> UpdateAsync(Credentials user, string id, string patch) =>
        (await CallAsync(user, "EmailSubmission/set", $$$"""
            "update":{"{{{id}}}":{{{patch}}}}
            """))["notUpdated"]?[id];

    public async Task<JsonObject> SubmissionAsync(Credentials user, string id) =>
        (JsonObject)Assert.Single((await CallAsync(user, "EmailSubmission/get", $"\"ids\":[\"{id}\"]"))["list"]!.AsArray())!;

    public async ValueTask DisposeAsync()
    {
        await Executor.StopAsync(CancellationToken.None);
        await Writer.StopAsync(CancellationToken.None);
        await Jobs.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
        await _source.DisposeAsync();
    }

    private Task EnsureAsync(Credentials user, string name) => Service<ImapPool>().AskAsync(
        user,
        null,
        (connection, token) => RoleFolder.RequireAsync(connection, name.ToLowerInvariant(), name, token),
        TestContext.Current.CancellationToken);

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
