using System.Text.Json.Nodes;
using Tests.Unit.Webmail.Outbox;
using Tests.Unit.Webmail.Sieve;
using Webmail.Mail.Imap;
using Webmail.Web.Outbox;

namespace Tests.Unit.Webmail.Drafts;

/// <summary>Every change is in the database before it is answered, and none overwrites another one.</summary>
public sealed class SavingTests(PostgresServer server, DovecotServer dovecot) : DraftTest(server, dovecot)
{
    [Fact]
    public async Task Create_MailServerIsAway_IsSavedAndSeenByAnotherBackend()
    {
        var nowhere = new MailServerOptions("127.0.0.1", 1, MailKit.Security.SecureSocketOptions.None);
        await using var alone = new OutboxBackend(Database.Another(), nowhere, Smtp.Options, new OutboxKey([1, 2, 3]));

        var made = (await alone.CallAsync(Alice, "Draft/set", $$$"""
            "create":{"d":{{{{Email("written")}}},"client":{"to":"bob, someb"} } }
            """))["created"]!["d"]!;

        var draft = await GetAsync((string)made["id"]!);
        Assert.Equal((1, 0), ((int)draft["version"]!, (int)draft["writtenVersion"]!));
        Assert.Equal("written", TextOf(draft));
        Assert.Equal("bob, someb", (string)draft["client"]!["to"]!);
        Assert.Equal("written", TextOf(await GetAsync((string)made["id"]!, alone)));
    }

    [Fact]
    public async Task Update_FromTheCurrentVersion_IsTheNextOne()
    {
        var id = (string)(await CreateAsync("one"))["id"]!;

        Assert.Null(await UpdateAsync(id, 1, Email("two"), Another()));

        var draft = await GetAsync(id);
        Assert.Equal((2, "two"), ((int)draft["version"]!, TextOf(draft)));
    }

    [Fact]
    public async Task Update_FromAnOldVersion_ChangesNothingAndKeepsBothTexts()
    {
        var id = (string)(await CreateAsync("one"))["id"]!;
        Assert.Null(await UpdateAsync(id, 1, Email("of the first tab")));

        var error = (await UpdateAsync(id, 1, Email("of the second tab"), Another()))!;

        Assert.Equal("versionMismatch", (string)error["type"]!);
        Assert.Equal((2, "of the first tab"), ((int)error["draft"]!["version"]!, TextOf(error["draft"]!)));
        Assert.Equal("of the first tab", TextOf(await GetAsync(id)));
        var kept = Assert.Single(await HistoryAsync(id, $"[{error["keptVersion"]}]"), version => (bool)version!["isConflict"]!)!;
        Assert.Equal((1, "of the second tab"), ((int)kept["baseVersion"]!, TextOf(kept)));
    }

    [Fact]
    public async Task Update_OldVersionTwice_IsKeptOnce()
    {
        var id = (string)(await CreateAsync("one"))["id"]!;
        await UpdateAsync(id, 1, Email("two"));

        var first = (await UpdateAsync(id, 1, Email("late")))!;
        var second = (await UpdateAsync(id, 1, Email("late")))!;

        Assert.Equal((int)first["keptVersion"]!, (int)second["keptVersion"]!);
        Assert.Equal(1, (int)(await GetAsync(id))["conflicts"]!);
    }

    [Fact]
    public async Task Update_AnswerWasLost_IsTheSameVersionAgain()
    {
        var id = (string)(await CreateAsync("one"))["id"]!;

        Assert.Null(await UpdateAsync(id, 1, Email("two")));
        Assert.Null(await UpdateAsync(id, 1, Email("two"), Another()));

        Assert.Equal(2, (int)(await GetAsync(id))["version"]!);
    }

    [Fact]
    public async Task Update_AtOnceOnTwoBackends_OneWinsAndNoTextIsLost()
    {
        var id = (string)(await CreateAsync("one"))["id"]!;
        var other = Another();

        var errors = await Task.WhenAll(UpdateAsync(id, 1, Email("left")), UpdateAsync(id, 1, Email("right"), other));

        var lost = Assert.Single(errors, error => error is not null)!;
        var texts = (await HistoryAsync(id, "[1,2,3]")).Select(version => TextOf(version!)).Append(TextOf(await GetAsync(id)));
        Assert.Equal(["left", "one", "right"], texts.Order());
        Assert.Equal(3, (int)lost["keptVersion"]!);
    }

    [Fact]
    public async Task Create_SameKeyTwice_IsOneDraft()
    {
        var first = await CreateAsync("one", ",\"key\":\"k\"");
        var again = await CreateAsync("one", ",\"key\":\"k\"");

        var other = (await Backend.CallAsync(Alice, "Draft/set", $$$"""
            "create":{"d":{{{{Email("other")}}},"key":"k"} }
            """))["notCreated"]!["d"]!;

        Assert.Equal((string)first["id"]!, (string)again["id"]!);
        Assert.Equal("versionMismatch", (string)other["type"]!);
        Assert.Equal((string)first["id"]!, (string)other["draft"]!["id"]!);
        Assert.Equal(1, (int)(await GetAsync((string)first["id"]!))["conflicts"]!);
    }

    [Fact]
    public async Task Set_BackendDiedInDoubt_IsDoneOnce()
    {
        var journal = new TestJournal();
        var made = await CreateAsync("one", journal: journal);
        var other = Another();
        var calls = $$$"""
            "create":{"d":{{{{Email("one")}}} } }
            """;

        var resolved = await other.CallAsync(Alice, "Draft/set", calls, journal.InDoubt());
        var replayed = await other.CallAsync(Alice, "Draft/set", calls, journal.Replay());

        Assert.Equal(made.ToJsonString(), resolved["created"]!["d"]!.ToJsonString());
        Assert.Equal(made.ToJsonString(), replayed["created"]!["d"]!.ToJsonString());
        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM draft", Cancelled));
    }

    [Theory]
    [InlineData("Draft/get", "\"ids\":null")]
    [InlineData("Draft/changes", "\"sinceState\":\"0\"")]
    [InlineData("Draft/history", "\"draftId\":\"d1\",\"versions\":[1]")]
    public async Task Read_ReplayedAfterAChange_AnswersTheSame(string method, string arguments)
    {
        await CreateAsync("one", moreOfEmail: Attached(await UploadAsync("a file")));
        await UpdateAsync("d1", 1, Email("two"));
        var journal = new TestJournal();
        var answer = await Backend.CallAsync(Alice, method, arguments, journal);
        await UpdateAsync("d1", 2, Email("three"));

        var replayed = await Another().CallAsync(Alice, method, arguments, journal.Replay());

        Assert.Equal(answer.ToJsonString(), replayed.ToJsonString());
    }

    [Fact]
    public async Task Destroy_OldVersion_IsRefusedAndShowsTheDraft()
    {
        var id = (string)(await CreateAsync("one"))["id"]!;
        await UpdateAsync(id, 1, Email("two"));

        Assert.Equal("two", TextOf((await DestroyAsync(id, 1))!["draft"]!));
        Assert.Null(await DestroyAsync(id, 2));

        Assert.Equal("notFound", (string)(await UpdateAsync(id, 2, Email("three")))!["type"]!);
    }

    [Fact]
    public async Task Restore_EarlierVersion_IsANewOne()
    {
        var id = (string)(await CreateAsync("one"))["id"]!;
        await UpdateAsync(id, 1, Email("two"));

        Assert.Null(await UpdateAsync(id, 2, "\"restoreVersion\":1"));

        var draft = await GetAsync(id);
        Assert.Equal((3, "one"), ((int)draft["version"]!, TextOf(draft)));
        Assert.Equal("notFound", (string)(await UpdateAsync(id, 3, "\"restoreVersion\":99"))!["type"]!);
    }

    [Fact]
    public async Task History_ManyVersions_IsBoundedAndKeepsConflictsApart()
    {
        var id = (string)(await CreateAsync("0"))["id"]!;
        await UpdateAsync(id, 7, Email("lost a conflict"));
        var version = 1;
        for (var i = 1; i <= 25; i++)
        {
            // As if each were written long after the one before.
            await RunSqlAsync("UPDATE draft_version SET saved = saved - interval '1 minute'");
            Assert.Null(await UpdateAsync(id, version, Email($"{i}")));
            version = (int)(await GetAsync(id))["version"]!;
        }

        var history = await HistoryAsync(id);

        Assert.Equal(20, history.Count(one => !(bool)one!["isConflict"]!));
        Assert.Single(history, one => (bool)one!["isConflict"]!);
    }

    [Fact]
    public async Task History_VersionsInQuickSuccession_KeepsTheFirst()
    {
        var id = (string)(await CreateAsync("0"))["id"]!;
        for (var version = 1; version < 10; version++)
        {
            Assert.Null(await UpdateAsync(id, version, Email($"{version}")));
        }

        Assert.Equal(1, (int)Assert.Single(await HistoryAsync(id))!["version"]!);
    }

    [Fact]
    public async Task Changes_SinceAState_NamesWhatWasMadeChangedAndDiscarded()
    {
        var (kept, gone) = ((string)(await CreateAsync("kept"))["id"]!, (string)(await CreateAsync("gone"))["id"]!);
        var state = (string)(await Backend.CallAsync(Alice, "Draft/get", "\"ids\":[]"))["state"]!;
        var made = (string)(await CreateAsync("made"))["id"]!;
        await UpdateAsync(kept, 1, Email("changed"));
        await DestroyAsync(gone, 1);

        var changes = await Backend.CallAsync(Alice, "Draft/changes", $"\"sinceState\":\"{state}\"");

        Assert.Equal((made, kept, gone), ((string)changes["created"]![0]!, (string)changes["updated"]![0]!, (string)changes["destroyed"]![0]!));
    }

    [Theory]
    [InlineData("\"email\":{\"to\":[{\"email\":7}]}", "invalidProperties")]
    [InlineData("\"email\":{\"mailboxIds\":{\"m1\":true}}", "invalidProperties")]
    [InlineData("\"email\":{\"attachments\":[{\"blobId\":\"u00000000000000000000000000000000\"}]}", "blobNotFound")]
    [InlineData("\"email\":{\"attachments\":[{\"blobId\":\"h0000000000000000000000000000000000000000000000000000000000000000\"}]}", "blobNotFound")]
    [InlineData("\"client\":1", "invalidProperties")]
    [InlineData("\"email\":{},\"replacesEmailId\":\"e0\"", "emailNotFound")]
    public async Task Create_Wrong_IsRefused(string fields, string type)
    {
        var answer = await Backend.CallAsync(Alice, "Draft/set", $$$"""
            "create":{"d":{{{{fields}}} } }
            """);

        Assert.Equal(type, (string)answer["notCreated"]!["d"]!["type"]!);
        Assert.Empty((await Backend.CallAsync(Alice, "Draft/get", "\"ids\":null"))["list"]!.AsArray());
    }

    [Fact]
    public async Task Get_DraftOfSomebodyElse_IsNotFound()
    {
        var id = (string)(await CreateAsync("secret"))["id"]!;
        var mallory = ImapServer.NewUser();

        var answer = await Backend.CallAsync(mallory, "Draft/get", $"\"ids\":[\"{id}\"]");
        var history = await Backend.AskAsync(mallory, $$"""[["Draft/history",{"accountId":"$account","draftId":"{{id}}"},"0"]]""");

        Assert.Equal(id, (string)Assert.Single(answer["notFound"]!.AsArray())!);
        Assert.Equal("error", history[0].Name);
    }

    [Fact]
    public async Task Attachment_UploadIsForgotten_StaysByItsContent()
    {
        var (first, second) = (await UploadAsync("a file"), await UploadAsync("a file"));
        var one = (string)(await CreateAsync("one", moreOfEmail: Attached(first)))["id"]!;
        var two = (string)(await CreateAsync("two", moreOfEmail: Attached(second)))["id"]!;
        await RunSqlAsync("DELETE FROM upload");

        var blob = BlobOf(await GetAsync(one));
        Assert.Null(await UpdateAsync(one, 1, Email("changed", Attached(blob)), Another()));

        Assert.Equal(blob, BlobOf(await GetAsync(one)));
        Assert.Equal(blob, BlobOf(await GetAsync(two)));
        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM draft_blob", Cancelled));
    }

    [Fact]
    public async Task Attachment_OfSomebodyElse_IsNotFound()
    {
        var id = (string)(await CreateAsync("one", moreOfEmail: Attached(await UploadAsync("a secret"))))["id"]!;
        var blob = BlobOf(await GetAsync(id));

        var answer = await Backend.CallAsync(ImapServer.NewUser(), "Draft/set", $$$"""
            "create":{"d":{{{{Email("mine", Attached(blob))}}} } }
            """);

        Assert.Equal("blobNotFound", (string)answer["notCreated"]!["d"]!["type"]!);
    }

    [Fact]
    public async Task Attachment_NamedByNoVersion_GoesAfterADay()
    {
        var id = (string)(await CreateAsync("one", moreOfEmail: Attached(await UploadAsync("a file"))))["id"]!;
        await RunSqlAsync("UPDATE draft_blob SET used = now() - interval '2 days'");
        await UpdateAsync(id, 1, Email("without"));
        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM draft_blob", Cancelled));

        await DestroyAsync(id, 2);

        Assert.Equal(0L, await Database.ScalarAsync<long>("SELECT count(*) FROM draft_blob", Cancelled));
    }

    private static string BlobOf(JsonNode draft) => (string)draft["email"]!["attachments"]![0]!["blobId"]!;
}
