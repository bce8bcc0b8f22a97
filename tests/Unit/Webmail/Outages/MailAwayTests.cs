using System.Net;
using System.Text.Json.Nodes;

namespace Tests.Unit.Webmail.Outages;

/// <summary>The mail server stops, or is frozen: what is known stays readable, and nobody waits for the rest.</summary>
public sealed class MailAwayTests(OutageWebmail webmail) : IClassFixture<OutageWebmail>, IAsyncLifetime
{
    private const string Preview = "Text of the first message.";
    private OutageUser _user = null!;
    private string[] _inbox = [];

    public async ValueTask InitializeAsync()
    {
        _user = await webmail.NewUserAsync();
        webmail.Mail.Deliver(_user.Credentials, "ann@example.test", $"Message-ID: <1@example.test>\nFrom: ann@example.test\nSubject: first\n\n{Preview}\n");
        webmail.Mail.Deliver(_user.Credentials, "ann@example.test", "Message-ID: <2@example.test>\nFrom: ann@example.test\nSubject: second\n\nNobody read it.\n");
        _inbox = await _user.InboxAsync();
        Assert.Equal(2, _inbox.Length);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Lists_MailServerStopped_AreAsTheyWere()
    {
        var before = await SeenAsync();

        var after = await WhileStoppedAsync(SeenAsync);

        Assert.Equal(before, after);
        Assert.Contains("first", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bodies_MailServerStopped_AreThereIfReadBefore()
    {
        const string Whole = "\"fetchTextBodyValues\":true,\"properties\":[\"subject\",\"textBody\",\"bodyValues\"]";
        var before = await _user.CallAsync("Email/get", $"\"ids\":[\"{_inbox[1]}\"],{Whole}");
        Assert.Contains(Preview, before.ToJsonString(), StringComparison.Ordinal);

        await WhileStoppedAsync(async () =>
        {
            Assert.Equal(before.ToJsonString(), (await _user.CallAsync("Email/get", $"\"ids\":[\"{_inbox[1]}\"],{Whole}")).ToJsonString());
            var page = await _user.GetAsync($"/mail/{Account}/{_inbox[1]}/body.html");
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.Contains(Preview, page.Text, StringComparison.Ordinal);
            var unread = await _user.ErrorAsync("Email/get", $"\"ids\":[\"{_inbox[0]}\"],{Whole}");
            AssertUnavailable(unread);
            var unreadPage = await _user.GetAsync($"/mail/{Account}/{_inbox[0]}/body.html");
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "application/problem+json"), (unreadPage.Status, unreadPage.Type));
            Assert.Equal("urn:x-splice-webmail:problem:mailAway", (string)unreadPage.Json["type"]!);
            Assert.NotNull(unreadPage.RetryAfter);
            return true;
        });
    }

    [Fact]
    public async Task Preview_NotReadBefore_MailServerStopped_IsThereWhenItIsBack()
    {
        var without = await WhileStoppedAsync(() => PreviewAsync(_inbox[1]));

        Assert.Equal("", without);
        Assert.Equal(Preview, await PreviewAsync(_inbox[1]));
    }

    [Fact]
    public async Task Changes_MailServerStopped_AreRefusedInPlainWords()
    {
        var answer = await WhileStoppedAsync(() => _user.CallAsync("Email/set", $$$"""
            "update":{"{{{_inbox[0]}}}":{"keywords/$seen":true} },"destroy":["{{{_inbox[1]}}}"]
            """));

        AssertUnavailable(answer["notUpdated"]![_inbox[0]]!);
        AssertUnavailable(answer["notDestroyed"]![_inbox[1]]!);
        Assert.Equal(_inbox, await _user.InboxAsync());
    }

    [Fact]
    public async Task WhatIsNotOnTheMailServer_MailServerStopped_GoesOn()
    {
        await WhileStoppedAsync(async () =>
        {
            Assert.Equal(HttpStatusCode.OK, (await _user.GetAsync("/session")).Status);
            await _user.CallAsync("Identity/get", "\"ids\":null");
            await _user.CallAsync("ContactCard/get", "\"ids\":null");
            await _user.CallAsync("EmailSubmission/get", "\"ids\":null");
            var upload = await _user.SendAsync(HttpMethod.Post, $"/jmap/upload/{Account}/", JsonValue.Create("a file"));
            Assert.True(upload.Status == HttpStatusCode.OK, upload.Text);
            var saved = await _user.CallAsync("Draft/set", $$$"""
                "create":{"d":{"email":{"subject":"meanwhile","textBody":[{"partId":"t"}],"bodyValues":{"t":{"value":"text"} },
                    "attachments":[{"blobId":"{{{(string)upload.Json["blobId"]!}}}","type":"text/plain"}]} } }
                """);
            Assert.True(saved["created"] is not null, saved.ToJsonString());
            Assert.Single((await _user.CallAsync("Draft/get", "\"ids\":null"))["list"]!.AsArray());
            return true;
        });
    }

    [Fact]
    public async Task SignIn_MailServerStopped_SaysThatThePasswordCannotBeChecked()
    {
        var answer = await WhileStoppedAsync(() => webmail.Stranger().SignInAsync());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Contains("password cannot be checked now", (string)answer.Json["detail"]!, StringComparison.Ordinal);
        Assert.Empty(answer.Cookies);
    }

    [Fact]
    public async Task Mailbox_NeverRead_MailServerStopped_IsNotShownAsEmpty()
    {
        await _user.CallAsync("Mailbox/set", "\"create\":{\"m\":{\"name\":\"unread\"} }");
        var mailbox = (string)(await _user.CallAsync("Mailbox/get", "\"ids\":null"))["list"]!.AsArray().Single(one => (string)one!["name"]! == "unread")!["id"]!;

        var error = await WhileStoppedAsync(() => _user.ErrorAsync("Email/query", $$"""
            "filter":{"inMailbox":"{{mailbox}}"}
            """));

        AssertUnavailable(error);
    }

    [Fact]
    public async Task Search_MailServerStopped_FindsWhatTheIndexKnows()
    {
        await WhileStoppedAsync(async () =>
        {
            Assert.Equal([_inbox[1]], (await _user.CallAsync("Email/query", """
                "filter":{"subject":"first"}
                """))["ids"]!.AsArray().Select(id => (string)id!));
            AssertUnavailable(await _user.ErrorAsync("Email/query", """
                "filter":{"body":"text"}
                """));
            return true;
        });
    }

    [Fact]
    public async Task Status_MailServerStoppedAndBack_SaysSo()
    {
        Assert.Equal("ok", (string)(await _user.StatusAsync("mail"))["state"]!);

        await WhileStoppedAsync(async () =>
        {
            await _user.InboxAsync();
            await _user.UntilStatusAsync("mail", "away");
            var mail = await _user.StatusAsync("mail");
            Assert.NotNull(mail["since"]);
            Assert.NotNull(mail["asOf"]);
            Assert.Contains("Nothing of yours is lost", (string)mail["sentence"]!, StringComparison.Ordinal);
            return true;
        });

        var ok = await _user.StatusAsync("mail");
        Assert.Null(ok["since"]);
        Assert.Null(ok["asOf"]);
    }

    /// <summary>Each of these would be waited for by itself, for longer than the test has.</summary>
    [Fact]
    public async Task Lists_MailServerFrozen_AreNotWaitedForOncePerRequest()
    {
        webmail.Mail.Freeze();
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            for (var request = 0; request < 50; request++)
            {
                Assert.Equal(_inbox, await _user.InboxAsync());
                Assert.False(patience.IsCancellationRequested, $"request {request} came late");
            }

            Assert.Equal("away", (string)(await _user.StatusAsync("mail"))["state"]!);
        }
        finally
        {
            webmail.Mail.Thaw();
        }

        await _user.UntilStatusAsync("mail", "ok");
        webmail.Mail.Deliver(_user.Credentials, "ann@example.test", "From: ann@example.test\nSubject: third\n\nAfter it.\n");
        Assert.Equal(3, (await _user.InboxAsync()).Length);
    }

    private string Account => global::Webmail.Web.Journal.AccountId.Of(_user.Credentials.Username);

    private async Task<string> PreviewAsync(string id) =>
        (string)(await _user.CallAsync("Email/get", $"\"ids\":[\"{id}\"],\"properties\":[\"preview\"]"))["list"]![0]!["preview"]!;

    private static void AssertUnavailable(JsonNode error)
    {
        Assert.Equal("serverUnavailable", (string)error["type"]!);
        Assert.Contains("does not answer", (string)error["description"]!, StringComparison.Ordinal);
        Assert.Contains("Nothing is lost", (string)error["description"]!, StringComparison.Ordinal);
    }

    /// <summary>All that a list shows.</summary>
    private async Task<string> SeenAsync()
    {
        var mailboxes = await _user.CallAsync("Mailbox/get", "\"ids\":null");
        var found = await _user.CallAsync("Mailbox/query", "\"sort\":[{\"property\":\"name\"}]");
        var emails = await _user.CallAsync("Email/get", $$"""
            "ids":["{{_inbox[0]}}","{{_inbox[1]}}"],"properties":["subject","from","receivedAt","keywords","threadId","preview"]
            """);
        var threads = await _user.CallAsync("Thread/get", $"\"ids\":[\"{(string)emails["list"]![0]!["threadId"]!}\"]");
        var changes = await _user.CallAsync("Email/changes", $"\"sinceState\":\"{(string)emails["state"]!}\"");
        return string.Join('\n', ((JsonNode[])[mailboxes, found, emails, threads, changes]).Select(answer => answer.ToJsonString()).Concat(await _user.InboxAsync()));
    }

    private async Task<T> WhileStoppedAsync<T>(Func<Task<T>> act)
    {
        webmail.Mail.Stop();
        try
        {
            return await act();
        }
        finally
        {
            webmail.Mail.Start();
            await _user.UntilStatusAsync("mail", "ok");
        }
    }
}
