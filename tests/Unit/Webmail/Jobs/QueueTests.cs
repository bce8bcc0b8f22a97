using System.Text.Json.Nodes;
using Tests.Unit.Webmail.Servers;
using Tests.Unit.Webmail.Sieve;
using Webmail.Mail.Seams;
using Webmail.Web.Jobs;
using Webmail.Web.Push;

namespace Tests.Unit.Webmail.Jobs;

/// <summary>Jobs in a row: made once, done in order, stopped and resumed, while the mail server comes and goes.</summary>
public sealed class QueueTests(PostgresServer postgres, DovecotServer dovecot) : JobTest(postgres, dovecot)
{
    private const int Few = 6;

    [Fact]
    public async Task Create_TenTimes_IsOneJob()
    {
        var (inbox, archive) = await PrepareAsync();
        var job = Move(archive, Selection(inbox), ",\"key\":\"mine\"");

        var made = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => CreateAsync(job)));
        await Backend.Jobs.StartAsync(Cancelled);
        await UntilJobAsync(made[0], "done");

        var again = await CreateAsync(job);
        Assert.Equal(made[0]["id"]!.ToString(), Assert.Single(made.Append(again).Select(one => one["id"]!.ToString()).Distinct()));
        Assert.Equal((Few, Few, 0, 0), Counts(again));
        Assert.Equal(1, await Database.ScalarAsync<long>("SELECT count(*) FROM job", Cancelled));
    }

    [Fact]
    public async Task Set_RequestReplayedOrInDoubt_IsOneJobAndTheSameAnswer()
    {
        var (inbox, archive) = await PrepareAsync();
        var journal = new TestJournal();
        var made = await CreateAsync(Move(archive, Selection(inbox)), journal);

        var replayed = await CreateAsync(Move(archive, Selection(inbox)), journal.Replay());
        var resolved = await CreateAsync(Move(archive, Selection(inbox)), journal.InDoubt());

        Assert.Equal(["jobs.set"], journal.Names);
        Assert.Equal(made.ToJsonString(), replayed.ToJsonString());
        Assert.Equal(made.ToJsonString(), resolved.ToJsonString());
        Assert.Equal(1, await Database.ScalarAsync<long>("SELECT count(*) FROM job", Cancelled));
    }

    [Fact]
    public async Task Get_OfAnotherAccount_IsNotFound()
    {
        var (inbox, archive) = await PrepareAsync();
        var id = (string)(await CreateAsync(Move(archive, Selection(inbox))))["id"]!;
        var bob = ImapServer.NewUser();

        var got = await Backend.CallAsync(bob, "MailJob/get", $"\"ids\":[\"{id}\"]");
        var set = await Backend.CallAsync(bob, "MailJob/set", $$$"""
            "create":{"steal":{{{{Move(archive, Selection(inbox))}}}},"undo":{"undoes":"{{{id}}}"} },"update":{"{{{id}}}":{"state":"cancelled"} }
            """);

        Assert.Equal([id], got["notFound"]!.AsArray().Select(one => (string)one!));
        Assert.All((string[])["steal", "undo"], one => Assert.Equal("notFound", (string)set["notCreated"]![one]!["type"]!));
        Assert.Equal("notFound", (string)set["notUpdated"]![id]!["type"]!);
        Assert.Equal("queued", (string)(await GetAsync(id))["state"]!);
        Assert.Empty((await Backend.CallAsync(bob, "MailJob/get", "\"ids\":null"))["list"]!.AsArray());
    }

    [Fact]
    public async Task Create_OthersMessagesById_AreGone()
    {
        await FillAsync("INBOX", 1);
        var ids = await IdsAsync("INBOX");
        var bob = ImapServer.NewUser();

        var set = await Backend.CallAsync(bob, "MailJob/set", $$$"""
            "create":{"j":{"action":"setKeywords","keywords":{"$seen":true},{{{Emails(ids)}}} } }
            """);

        Assert.Equal((1, 0, 0, 1), Counts(set["created"]!["j"]!.AsObject()));
    }

    [Fact]
    public async Task Jobs_OfTheSameMessages_AreDoneInOrder()
    {
        await FillAsync("INBOX", 2);
        var ids = await IdsAsync("INBOX");
        var (archive, other) = (await IndexAsync("Archive"), await IndexAsync("Other"));

        // Each expects what the one before will have done.
        JsonObject[] jobs =
        [
            await CreateAsync(Move(archive, Emails(ids))),
            await CreateAsync(Mark("""{"$seen":true}""", Emails(ids))),
            await CreateAsync(Move(other, Emails(ids[0]))),
            await CreateAsync(Mark("""{"$seen":null,"$flagged":true}""", Emails(ids))),
        ];
        await Backend.Jobs.StartAsync(Cancelled);
        await Another().Jobs.StartAsync(Cancelled);
        await UntilJobAsync(jobs[3], "done");

        Assert.Equal([(2, 2, 0, 0), (2, 2, 0, 0), (1, 1, 0, 0), (2, 2, 0, 0)], await Task.WhenAll(jobs.Select(async job => Counts(await GetAsync((string)job["id"]!)))));
        Assert.Equal([(0, "Flagged")], await FlagsAsync("Other"));
        Assert.Equal([(1, "Flagged")], await FlagsAsync("Archive"));
    }

    [Fact]
    public async Task Delete_AskedTwice_DestroysNothing()
    {
        await FillAsync("INBOX", 1);
        await IndexAsync("Trash");
        var delete = $"\"action\":\"delete\",{Emails(await IdsAsync("INBOX"))}";
        await CreateAsync(delete);
        var second = await CreateAsync(delete);
        await Backend.Jobs.StartAsync(Cancelled);

        Assert.Equal(0, (int)second["destroys"]!);
        Assert.Equal((1, 0, 1, 0), Counts(await UntilJobAsync(second, "done")));
        Assert.Equal("0", await NumbersAsync("Trash"));
    }

    [Fact]
    public async Task MailServer_DownAndBack_JobsWaitAndAreDoneInOrder()
    {
        var (inbox, archive) = await PrepareAsync();
        using var gate = new MailGate(ImapServer.Imap);
        var backend = Another(mail: gate.Options);
        await backend.Jobs.StartAsync(Cancelled);

        var first = await CreateAsync(Move(archive, Selection(inbox)));
        var waiting = await UntilJobAsync(first, "waiting");
        Assert.Contains("does not answer", (string)waiting["reason"]!, StringComparison.Ordinal);
        Assert.NotNull(waiting["nextAttemptAt"]);
        var second = await CreateAsync(Mark("""{"$seen":true}""", Selection(inbox)));
        var third = await CreateAsync(Mark("""{"$flagged":true}""", Selection(inbox)));
        Assert.Equal("queued", (string)second["state"]!);
        // What has not begun is undone at once.
        Assert.Null(await SetStateAsync((string)third["id"]!, "cancelled"));

        gate.Open();
        Assert.Null(await SetStateAsync((string)first["id"]!, "queued"));

        Assert.Equal((Few, Few, 0, 0), Counts(await UntilJobAsync(first, "done")));
        Assert.Equal((Few, Few, 0, 0), Counts(await UntilJobAsync(second, "done")));
        Assert.Equal((Few, 0, Few, 0), Counts(await GetAsync((string)third["id"]!)));
        Assert.All(await FlagsAsync("Archive"), one => Assert.Equal("Seen", one.Flags));
    }

    [Fact]
    public async Task MailServer_CutInTheMiddle_CountsAreExact()
    {
        await FillAsync("INBOX", 1200);
        var (inbox, archive) = (await IndexAsync("INBOX"), await IndexAsync("Archive"));
        using var gate = new MailGate(ImapServer.Imap);
        gate.Open();
        var backend = Another(mail: gate.Options);
        await backend.Jobs.StartAsync(Cancelled);

        var job = await CreateAsync(Move(archive, Selection(inbox)));
        await UntilAsync(async () => await Database.ScalarAsync<bool>("SELECT done > 0 AND underway > 0 OR state = 4 FROM job", Cancelled), "a step to be underway");
        gate.Cut();
        gate.Open();

        Assert.Equal((1200, 1200, 0, 0), Counts(await UntilJobAsync(job, "done")));
        Assert.Equal((0, 1200), (await HowManyAsync("INBOX"), await HowManyAsync("Archive")));
    }

    [Fact]
    public async Task Pause_BeforeItBegins_OthersGoOnUntilItIsResumed()
    {
        var (inbox, archive) = await PrepareAsync();
        var paused = await CreateAsync(Move(archive, Selection(inbox), ",\"state\":\"paused\""));
        Assert.Equal(("paused", Few, true), ((string)paused["state"]!, (int)paused["total"]!, (bool)paused["canUndo"]!));
        await Backend.Jobs.StartAsync(Cancelled);
        var other = await CreateAsync(Mark("""{"$seen":true}""", Selection(inbox)));

        Assert.Equal((Few, Few, 0, 0), Counts(await UntilJobAsync(other, "done")));
        Assert.Equal("paused", (string)(await GetAsync((string)paused["id"]!))["state"]!);
        Assert.Null(await SetStateAsync((string)paused["id"]!, "queued"));

        Assert.Equal((Few, Few, 0, 0), Counts(await UntilJobAsync(paused, "done")));
        Assert.Equal(Few, await HowManyAsync("Archive"));
    }

    [Fact]
    public async Task PauseAndCancel_WhileAStepIsUnderway_HappenAfterIt()
    {
        await FillAsync("INBOX", 700);
        var (inbox, archive) = (await IndexAsync("INBOX"), await IndexAsync("Archive"));
        var job = await CreateAsync(Move(archive, Selection(inbox)));
        var id = (string)job["id"]!;
        var item = await Leases.ClaimAsync(Cancelled);
        await Leases.BeginAsync(item!, Cancelled);

        Assert.Null(await SetStateAsync(id, "paused"));
        Assert.Equal("running", (string)(await GetAsync(id))["state"]!);
        await LapseJobsAsync();
        await Backend.Jobs.StartAsync(Cancelled);
        // The dead one had moved nothing: whoever looks after it leaves it so.
        await UntilJobAsync(job, "paused");
        Assert.Equal(700, await HowManyAsync("INBOX"));

        Assert.Null(await SetStateAsync(id, "cancelled"));
        var cancelled = await GetAsync(id);
        Assert.Equal((700, 0, 700, 0), Counts(cancelled));
        Assert.Equal(700, (int)cancelled["skippedBy"]!["notReached"]!);
        Assert.Equal("jobIsOver", (string)(await SetStateAsync(id, "queued"))!["type"]!);
    }

    [Fact]
    public async Task Undo_OfAJobNotAtItsEnd_CancelsItAndPutsBackWhatIsDone()
    {
        await FillAsync("INBOX", 700);
        var (inbox, archive) = (await IndexAsync("INBOX"), await IndexAsync("Archive"));
        var job = await CreateAsync(Move(archive, Selection(inbox)));
        var item = (await Leases.ClaimAsync(Cancelled))!;
        await Backend.Service<JobWork>().DoAsync(item, (await Leases.BeginAsync(item, Cancelled))!, Alice, Cancelled);
        Assert.Equal(500, await HowManyAsync("Archive"));

        var undo = await CreateAsync($"\"undoes\":\"{job["id"]}\"");
        await Backend.Jobs.StartAsync(Cancelled);

        Assert.Equal((500, 500, 0, 0), Counts(await UntilJobAsync(undo, "done")));
        Assert.Equal((700, 500, 200, 0), Counts(await UntilJobAsync(job, "cancelled")));
        Assert.Equal((700, 0), (await HowManyAsync("INBOX"), await HowManyAsync("Archive")));
        Assert.Equal("notUndoable", await RefusalAsync($"\"undoes\":\"{job["id"]}\""));
    }

    [Fact]
    public async Task Move_TargetGoneMeanwhile_FailsAndSaysWhy()
    {
        var (inbox, archive) = await PrepareAsync();
        var job = await CreateAsync(Move(archive, Selection(inbox)));
        await RemoveAsync("Archive");
        await Backend.Jobs.StartAsync(Cancelled);

        var failed = await UntilJobAsync(job, "failed");
        Assert.Contains("not there", (string)failed["reason"]!, StringComparison.Ordinal);
        Assert.Equal((Few, 0, Few, 0), Counts(failed));
        Assert.Equal(0L, await Database.ScalarAsync<long>("SELECT count(*) FROM job WHERE sealed_credentials IS NOT NULL", Cancelled));
        await UntilAsync(async () => await Database.ScalarAsync<long>("SELECT count(*) FROM job_email", Cancelled) == 0, "what no undo needs to be forgotten");
    }

    [Fact]
    public async Task Password_WasChanged_GoesOnAfterSignIn()
    {
        var (inbox, archive) = await PrepareAsync();
        var made = await Backend.CallAsync(new Credentials(Alice.Username, "wrong"), "MailJob/set", $$$"""
            "create":{"j":{{{{Move(archive, Selection(inbox))}}}} }
            """);
        var job = made["created"]!["j"]!.AsObject();
        await Backend.Jobs.StartAsync(Cancelled);
        Assert.True((bool)(await UntilJobAsync(job, "waiting"))["needsSignIn"]!);

        await Backend.Service<JobStore>().SignedInAsync(Account, Alice, Cancelled);

        Assert.Equal((Few, Few, 0, 0), Counts(await UntilJobAsync(job, "done")));
    }

    [Fact]
    public async Task Changes_EachStep_AreTold()
    {
        var (inbox, archive) = await PrepareAsync();
        var before = (string)(await Backend.CallAsync(Alice, "MailJob/get", "\"ids\":[]"))["state"]!;
        var states = await StatesAsync();
        await Backend.Jobs.StartAsync(Cancelled);
        var job = await DoAsync(Move(archive, Selection(inbox)));

        var changes = await Backend.CallAsync(Alice, "MailJob/changes", $"\"sinceState\":\"{before}\"");
        Assert.Equal([(string)job["id"]!], changes["created"]!.AsArray().Select(one => (string)one!));
        Assert.True((await StatesAsync())!.Since(states!, new HashSet<string> { "MailJob" }).ContainsKey("MailJob"));
    }

    [Theory]
    [InlineData("\"action\":\"fly\",\"emailIds\":[\"e1\"]")]
    [InlineData("\"action\":\"undo\",\"emailIds\":[\"e1\"]")]
    [InlineData("\"action\":\"move\",\"emailIds\":[\"e1\"]")]
    [InlineData("\"action\":\"delete\"")]
    [InlineData("\"action\":\"delete\",\"emailIds\":[]")]
    [InlineData("\"action\":\"delete\",\"emailIds\":[\"x\"]")]
    [InlineData("\"action\":\"delete\",\"emailIds\":[\"e1\"],\"selection\":{\"mailboxId\":\"m1\"}")]
    [InlineData("\"action\":\"delete\",\"selection\":{\"mailboxId\":\"m1\",\"filter\":{\"nonsense\":1}}")]
    [InlineData("\"action\":\"delete\",\"selection\":{\"mailboxId\":\"m1\",\"filter\":{\"attachmentName\":\"pdf\"}}")]
    [InlineData("\"action\":\"empty\",\"emailIds\":[\"e1\"]")]
    [InlineData("\"action\":\"setKeywords\",\"emailIds\":[\"e1\"],\"keywords\":{}")]
    [InlineData("\"action\":\"setKeywords\",\"emailIds\":[\"e1\"],\"keywords\":{\"a b\":true}")]
    [InlineData("\"action\":\"setKeywords\",\"emailIds\":[\"e1\"],\"keywords\":{\"a\":false}")]
    [InlineData("\"action\":\"delete\",\"emailIds\":[\"e1\"],\"state\":\"done\"")]
    [InlineData("\"action\":\"delete\",\"emailIds\":[\"e1\"],\"key\":\"\"")]
    [InlineData("\"action\":\"delete\",\"emailIds\":[\"e1\"],\"total\":1")]
    [InlineData("\"undoes\":\"j1\",\"action\":\"move\"")]
    public async Task Create_WhatCannotBeMeant_IsRefused(string job) => Assert.Equal("invalidProperties", await RefusalAsync(job));

    [Fact]
    public async Task Create_BeyondTheLimit_IsRefused()
    {
        await FillAsync("INBOX", 1);
        var mark = Mark("""{"$seen":true}""", Emails(await IdsAsync("INBOX")));
        await RunSqlAsync($"""
            INSERT INTO job_account VALUES ('{Account}', 500, 0);
            INSERT INTO job (account, id, modified, action, set_keywords, clear_keywords, state, skipped, created, changed)
            SELECT '{Account}', n, n, 0, ARRAY[]::text[], ARRAY[]::text[], 3, ARRAY[0, 0, 0, 0], now(), now() FROM generate_series(1, {JobLimits.OpenMax}) n
            """);

        Assert.Equal("overQuota", await RefusalAsync(mark));
    }

    [Fact]
    public async Task Forget_AfterItsTime_NothingIsLeft()
    {
        var (inbox, archive) = await PrepareAsync();
        await Backend.Jobs.StartAsync(Cancelled);
        var old = await DoAsync(Move(archive, Selection(inbox)));
        await RunSqlAsync("UPDATE job SET changed = now() - interval '31 days'");
        Assert.False((bool)(await GetAsync((string)old["id"]!))["canUndo"]!);

        await DoAsync(Mark("""{"$seen":true}""", Selection(archive)));

        await UntilAsync(async () => await Database.ScalarAsync<long>("SELECT count(*) FROM job_email WHERE job = 1", Cancelled) == 0, "the messages to be forgotten");
        Assert.Equal("notFound", await RefusalAsync($"\"undoes\":\"{old["id"]}\""));
    }

    /// <summary>Some messages in the inbox; its id, and that of the archive.</summary>
    private async Task<(string Inbox, string Archive)> PrepareAsync()
    {
        await FillAsync("INBOX", Few);
        return (await IndexAsync("INBOX"), await IndexAsync("Archive"));
    }

    private ValueTask<PushStates?> StatesAsync() => Backend.Service<PushReader>().ReadAsync(Account, null, Cancelled);
}
