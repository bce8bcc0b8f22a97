using System.Text.Json.Nodes;
using Tests.Unit.Webmail.Domains;
using Tests.Unit.Webmail.Outbox;
using Tests.Unit.Webmail.Sieve;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Mail.Servers.Discovery;
using Webmail.Mail.Unsubscribing;
using Webmail.Web.Index;
using Webmail.Web.Journal;
using Webmail.Web.Outbox;
using Webmail.Web.Reading;

namespace Tests.Unit.Webmail.Reading;

/// <summary>Lists are left: by a real HTTPS server of theirs, or by a message through the outbox.</summary>
public sealed class UnsubscriberTests(PostgresServer server, DovecotServer dovecot) : OutboxTest(server, dovecot), IAsyncLifetime
{
    private const string Host = "lists.example.test";
    private const string List = "a list";
    private readonly DovecotServer _dovecot = dovecot;
    private readonly DnsServer _dns = new();
    private readonly AutoconfigServer _lists = new(Host);

    private static UnsubscribeMail Mail { get; } = new("leave@shop.test", "off", "Thanks");

    private Uri Place => new($"https://{Host}:{_lists.Port}/leave?who=7");

    public new async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await _lists.StartAsync();
        _lists.Files[$"{Host}/leave"] = "Goodbye.";
        _lists.Redirects[$"{Host}/elsewhere"] = "/leave";
        _dns.Address(Host, "127.0.0.1");
        _dns.Address("mixed.example.test", "9.9.9.9");
        _dns.Address("mixed.example.test", "10.0.0.1");
    }

    public new async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _lists.DisposeAsync();
        _dns.Dispose();
    }

    [Fact]
    public async Task Post_ToTheList_SaysWhatIsWantedAndNothingElse()
    {
        using var post = Post();

        Assert.Null(await post.SendAsync(Place, Cancelled));

        Assert.Equal(
            $"POST /leave?who=7\r\nHost: {Host}:{_lists.Port}\r\nUser-Agent: One-Click-Unsubscribe\r\nContent-Type: multipart/form-data; boundary=one-click\r\n"
            + "Content-Length: 98\r\n\r\n--one-click\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--one-click--\r\n",
            _lists.Last);
    }

    [Theory]
    [InlineData("/none", "answered 404.")]
    [InlineData("/elsewhere", "answered 302.")]
    public async Task Post_NotTaken_IsSaid(string path, string problem)
    {
        using var post = Post();

        Assert.Equal($"The list's server {Host} {problem}", await post.SendAsync(new Uri(Place, path), Cancelled));
        Assert.Equal(1, _lists.Requests);
    }

    [Theory]
    [InlineData("lists.example.test")]
    [InlineData("mixed.example.test")]
    [InlineData("none.example.test")]
    [InlineData("127.0.0.1")]
    [InlineData("2130706433")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::1]")]
    public async Task Post_InsideOrNowhere_IsRefused(string host)
    {
        using var post = Post(allowsInternal: false);

        Assert.EndsWith("is not to be found on the public Internet.", await post.SendAsync(new Uri($"https://{host}:{_lists.Port}/leave"), Cancelled), StringComparison.Ordinal);
        Assert.Equal(0, _lists.Requests);
    }

    [Fact]
    public async Task Post_Done_IsRememberedAndReplayed()
    {
        using var post = Post();
        var (journal, unsubscriber) = (new TestJournal(), Unsubscriber(post));

        var outcome = await unsubscriber.PostAsync(Account(journal), List, Place, Cancelled);
        var replayed = await unsubscriber.PostAsync(Account(journal.Replay()), List, Place, Cancelled);

        Assert.Equal(outcome, replayed);
        Assert.Equal(1, _lists.Requests);
        Assert.Equal(outcome.Done, (await KnownAsync())[List]);
    }

    [Fact]
    public async Task Post_InDoubt_AsksAgain()
    {
        using var post = Post();
        var (journal, unsubscriber) = (new TestJournal(), Unsubscriber(post));
        await unsubscriber.PostAsync(Account(journal), List, Place, Cancelled);

        Assert.Null((await unsubscriber.PostAsync(Account(journal.InDoubt()), List, Place, Cancelled)).Problem);
        Assert.Equal(2, _lists.Requests);
    }

    [Fact]
    public async Task Post_NotTaken_IsNotRemembered()
    {
        using var post = Post();

        Assert.NotNull((await Unsubscriber(post).PostAsync(Account(new TestJournal()), List, new Uri(Place, "/none"), Cancelled)).Problem);
        Assert.Empty(await KnownAsync());
    }

    [Fact]
    public async Task Remember_MoreThanAnAccountMay_ForgetsTheOldestOfThatAccountOnly()
    {
        await RunSqlAsync("INSERT INTO unsubscription SELECT a, 'l' || n, now() - n * interval '1 hour' FROM generate_series(1, 5001) AS n, unnest(ARRAY['x', 'y']) AS a");

        await Backend.Service<UnsubscriptionStore>().RememberAsync("x", "l5001", Cancelled);
        await Backend.Service<UnsubscriptionStore>().RememberAsync("x", "new", Cancelled);

        Assert.Equal(5000, await Database.ScalarAsync<long>("SELECT count(*) FROM unsubscription WHERE account = 'x'", Cancelled));
        Assert.Equal(1, await Database.ScalarAsync<long>("SELECT count(*) FROM unsubscription WHERE account = 'x' AND list = 'l5001'", Cancelled));
        Assert.Equal(5001, await Database.ScalarAsync<long>("SELECT count(*) FROM unsubscription WHERE account = 'y'", Cancelled));
    }

    [Fact]
    public async Task Write_Twice_SendsOneMessage()
    {
        using var post = Post();
        await Backend.Executor.StartAsync(Cancelled);
        var (email, unsubscriber) = (await DeliverAsync(), Unsubscriber(post));

        var first = await unsubscriber.WriteAsync(Account(new TestJournal()), email, List, Mail, Cancelled);
        var again = await unsubscriber.WriteAsync(Account(new TestJournal()), email, List, Mail, Cancelled);
        await UntilStateAsync(OutboxIds.Of(first.Done!.Submission!.Value), "filed");

        Assert.Equal(first, again);
        var sent = Assert.Single(Smtp.Taken);
        Assert.Contains($"From: {Alice.Username}\r\n", sent, StringComparison.Ordinal);
        Assert.Contains("To: leave@shop.test\r\n", sent, StringComparison.Ordinal);
        Assert.Contains("Subject: off\r\n", sent, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nThanks", sent.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(first.Done, (await KnownAsync())[List]);
        Assert.Equal(1, await CountAsync("Sent"));
    }

    [Fact]
    public async Task Write_Undone_IsForgottenAndNotSentByItself()
    {
        using var post = Post();
        var (email, unsubscriber) = (await DeliverAsync(), Unsubscriber(post));
        var made = await unsubscriber.WriteAsync(Account(new TestJournal()), email, List, Mail, Cancelled);
        Assert.Null(await Backend.UpdateAsync(Alice, OutboxIds.Of(made.Done!.Submission!.Value), """{"undoStatus":"canceled"}"""));

        Assert.Empty(await KnownAsync());
        Assert.Equal(
            "The message to the list did not leave; it lies in your drafts.",
            (await unsubscriber.WriteAsync(Account(new TestJournal()), email, List, Mail, Cancelled)).Problem);
        Assert.Equal(1, await Database.ScalarAsync<long>("SELECT count(*) FROM outbox", Cancelled));
    }

    [Fact]
    public async Task Write_AnsweredByADeadBackend_IsAnsweredTheSameByAnother()
    {
        using var post = Post();
        var (email, journal) = (await DeliverAsync(), new TestJournal());
        var made = await Unsubscriber(post).WriteAsync(Account(journal), email, List, Mail, Cancelled);

        Assert.Equal(made, await Unsubscriber(post, Another()).WriteAsync(Account(journal.InDoubt()), email, List, Mail, Cancelled));
        Assert.Equal(1, await Database.ScalarAsync<long>("SELECT count(*) FROM outbox", Cancelled));
    }

    [Fact]
    public async Task Write_OutboxIsFull_IsRefused()
    {
        using var post = Post();
        var email = await DeliverAsync();
        await Unsubscriber(post).WriteAsync(Account(new TestJournal()), email, List, Mail, Cancelled);
        await RunSqlAsync("UPDATE outbox SET bytes = 500 * 1024 * 1024");

        var outcome = await Unsubscriber(post).WriteAsync(Account(new TestJournal()), email, "another", Mail with { To = "other@shop.test" }, Cancelled);

        Assert.Contains("wait to be sent", outcome.Problem, StringComparison.Ordinal);
        Assert.Single(await KnownAsync());
    }

    private OneClickPost Post(bool allowsInternal = true) =>
        new(new DiscoveryOptions { AllowsInternal = allowsInternal, NameServer = _dns.Endpoint, CertificateValidation = _lists.IsOurs });

    private Unsubscriber Unsubscriber(OneClickPost post, OutboxBackend? on = null) =>
        new(post, (on ?? Backend).Service<UnsubscriptionStore>(), (on ?? Backend).Service<OutboxStore>());

    private MailAccount Account(TestJournal journal) => new(AccountId.Of(Alice.Username), Alice, journal, journal, TimeProvider.System);

    private ValueTask<Dictionary<string, Unsubscription>> KnownAsync() =>
        Backend.Service<UnsubscriptionStore>().AskAsync(AccountId.Of(Alice.Username), [List, "another"], Cancelled);

    private async Task<Email> DeliverAsync()
    {
        _dovecot.Deliver(Alice, "news@shop.test", "From: news@shop.test\r\nMessage-ID: <1@shop.test>\r\n\r\nNews.\r\n");
        var id = (string)(await Backend.CallAsync(Alice, "Email/query", "\"limit\":1"))["ids"]![0]!;
        return (await Backend.Service<MailIndex>().EmailAsync(Account(new TestJournal()), id, Cancelled))!;
    }
}
