using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Webmail.Mail.Seams;
using Webmail.Web;
using Webmail.Web.Config;
using Webmail.Web.Jmap;

namespace Tests.Unit.Webmail.Contacts;

/// <summary>The webmail's own services on a database, asked without HTTP; several on one database are several backends.</summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public Backend(NpgsqlDataSource source)
    {
        var (config, mistakes) = ConfigReader.Read("""
            { "name": "test", "listen": "127.0.0.1:8080", "imap": { "host": "127.0.0.1", "port": 143, "tls": "none" },
              "submission": { "host": "127.0.0.1", "port": 587, "tls": "none" },
              "database": { "host": "127.0.0.1", "port": 5432, "name": "test", "user": "test" } }
            """);
        Assert.Empty(mistakes);
        var services = new ServiceCollection().AddLogging();
        services.AddWebmail(config!);
        services.AddSingleton(source);
        _services = services.BuildServiceProvider();
    }

    public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public T Service<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public MailAccount Account(string name, TestJournal? journal = null)
    {
        journal ??= new TestJournal();
        return new MailAccount(name, new Credentials($"{name}@example.com", "secret"), journal, journal, new FixedTime(Now));
    }

    /// <summary>The answers of one request, each as its name and arguments.</summary>
    public async Task<IReadOnlyList<(string Name, JsonObject Arguments)>> AskAsync(string account, string calls, TestJournal? journal = null)
    {
        var (request, error) = JmapRequest.Parse(System.Text.Encoding.UTF8.GetBytes(
            $$"""{"using":["urn:ietf:params:jmap:contacts"],"methodCalls":{{calls.Replace("$account", account, StringComparison.Ordinal)}} }"""));
        Assert.Null(error);
        var answer = await Service<JmapDispatcher>().RunAsync(request!, Account(account, journal), TestContext.Current.CancellationToken);
        return [.. ((JsonArray)answer["methodResponses"]!).Select(response => ((string)response![0]!, (JsonObject)response[1]!))];
    }

    /// <summary>The arguments of the one answer, which must not be an error.</summary>
    public async Task<JsonObject> CallAsync(string account, string method, string arguments = "", TestJournal? journal = null)
    {
        var (name, answer) = await OneAsync(account, method, arguments, journal);
        Assert.True(name == method, answer.ToJsonString());
        return answer;
    }

    /// <summary>The type of the error.</summary>
    public async Task<string> ErrorAsync(string account, string method, string arguments = "")
    {
        var (name, answer) = await OneAsync(account, method, arguments, null);
        Assert.Equal("error", name);
        return (string)answer["type"]!;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task<(string Name, JsonObject Arguments)> OneAsync(string account, string method, string arguments, TestJournal? journal)
    {
        var more = arguments.Length == 0 ? "" : "," + arguments;
        return (await AskAsync(account, $$"""[["{{method}}",{"accountId":"$account"{{more}} },"0"]]""", journal)).Single();
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
