using Tests.Unit.Webmail.Sieve;

namespace Tests.Unit.Webmail.Outbox;

/// <summary>Sending later, and taking it back.</summary>
public sealed class UndoTests(PostgresServer server, DovecotServer dovecot) : OutboxTest(server, dovecot)
{
    private const string Canceled = """{"undoStatus":"canceled"}""";

    [Fact]
    public async Task Submit_HeldForAnHour_LeavesByTheDatabasesClock()
    {
        await Backend.Executor.StartAsync(Cancelled);
        var made = await Backend.SubmitAsync(Alice, await Backend.DraftAsync(Alice), Held("HOLDFOR", "3600"));
        var id = (string)made["id"]!;

        Assert.True(await Database.ScalarAsync<bool>(
            $"SELECT '{made["sendAt"]}'::timestamptz BETWEEN now() + interval '55 minutes' AND now() + interval '61 minutes'", Cancelled));
        Assert.Equal("pending", (string?)made["undoStatus"]);
        // As if the hour had passed.
        await RunSqlAsync("UPDATE outbox SET send_at = now() - interval '1 second', due = due - interval '1 hour'");
        await UntilStateAsync(id, "filed");

        Assert.Single(Smtp.Taken);
    }

    [Fact]
    public async Task Submit_HeldUntil_IsHeldUntilThen()
    {
        var until = (await Database.ScalarAsync<DateTime>("SELECT date_trunc('second', now()) + interval '2 days'", Cancelled)).ToString(
            "yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

        var made = await Backend.SubmitAsync(Alice, await Backend.DraftAsync(Alice), Held("HOLDUNTIL", until));

        Assert.Equal(until, (string?)made["sendAt"]);
    }

    [Fact]
    public async Task Submit_HeldUntilThePast_IsSentAtOnce()
    {
        await Backend.Executor.StartAsync(Cancelled);
        var made = await Backend.SubmitAsync(Alice, await Backend.DraftAsync(Alice), Held("HOLDUNTIL", "2001-01-01T00:00:00Z"));

        await UntilStateAsync((string)made["id"]!, "filed");
    }

    [Fact]
    public async Task Cancel_Held_IsADraftAgainAndNeverSent()
    {
        await Backend.Executor.StartAsync(Cancelled);
        var id = await Backend.SubmitAndMoveAsync(Alice, await Backend.DraftAsync(Alice), Held("HOLDFOR", "600"));

        Assert.Null(await Backend.UpdateAsync(Alice, id, Canceled));
        Assert.Null(await Backend.UpdateAsync(Alice, id, Canceled));
        await UntilDoneAsync(id);

        var submission = await Backend.SubmissionAsync(Alice, id);
        Assert.Equal("canceled", (string?)submission["undoStatus"]);
        Assert.Equal((1, 0), (await CountAsync("Drafts"), await CountAsync("Sent")));
        Assert.Empty(Smtp.Taken);
    }

    [Fact]
    public async Task Cancel_ThenSentAgain_IsAnotherSubmissionUnlessItsClientSaysItIsTheSame()
    {
        var draft = await Backend.DraftAsync(Alice);
        var first = (string)(await Backend.SubmitAsync(Alice, draft, Held("HOLDFOR", "600")))["id"]!;
        Assert.Null(await Backend.UpdateAsync(Alice, first, Canceled));
        var named = (string)(await Backend.SubmitAsync(Alice, draft, ",\"submissionKey\":\"k\"" + Held("HOLDFOR", "600")))["id"]!;
        Assert.Null(await Backend.UpdateAsync(Alice, named, Canceled));

        var late = await Backend.SubmitAsync(Alice, draft, ",\"submissionKey\":\"k\"");

        Assert.NotEqual(first, named);
        Assert.Equal(named, (string)late["id"]!);
        Assert.Equal("canceled", (string?)late["undoStatus"]);
    }

    [Fact]
    public async Task Cancel_Sent_IsRefused()
    {
        await Backend.Executor.StartAsync(Cancelled);
        var id = (string)(await Backend.SubmitAsync(Alice, await Backend.DraftAsync(Alice)))["id"]!;
        await UntilStateAsync(id, "filed");

        Assert.Equal("cannotUnsend", (string?)(await Backend.UpdateAsync(Alice, id, Canceled))!["type"]);
    }

    [Fact]
    public async Task Cancel_InTheMomentItIsDue_EitherIsUndoneOrIsSent()
    {
        var other = Another();
        await Backend.Executor.StartAsync(Cancelled);
        await other.Executor.StartAsync(Cancelled);
        var draft = await Backend.DraftAsync(Alice);
        var sent = 0;
        for (var round = 0; round < 30; round++)
        {
            var id = (string)(await Backend.SubmitAsync(Alice, draft, $",\"submissionKey\":\"{round}\""))["id"]!;
            // The executors begin at once; the undo comes earlier or later.
            for (var i = 0; i < round % 4; i++)
            {
                await Backend.SubmissionAsync(Alice, id);
            }

            var refused = await other.UpdateAsync(Alice, id, Canceled);
            await UntilDoneAsync(id);

            sent += refused is null ? 0 : 1;
            Assert.Equal(sent, Smtp.Taken.Count);
            Assert.Equal(refused is null ? "canceled" : "filed", (string?)(await Backend.SubmissionAsync(Alice, id))["outboxState"]);
        }
    }

    private string Held(string parameter, string value) => $$$"""
        ,"envelope":{"mailFrom":{"email":"{{{Alice.Username}}}","parameters":{"{{{parameter}}}":"{{{value}}}"}},"rcptTo":[{"email":"bob@example.test"}]}
        """;
}
