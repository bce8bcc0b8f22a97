using System.Text;
using Tests.Unit.Webmail.Sieve;
using Webmail.Mail.Seams;
using Webmail.Web.Push;

namespace Tests.Unit.Webmail.Push;

/// <summary>A stream whose backend dies goes on at another: no event is missed or said twice.</summary>
public sealed class PushReplayTests(PostgresServer postgres, DovecotServer dovecot) : PushTest(postgres, dovecot)
{
    [Fact]
    public async Task Stream_ReplayedOnAnotherBackend_SaysTheSameAndGoesOn()
    {
        using var follow = await FollowAsync(0);
        var journal = new TestJournal();
        using var said = new MemoryStream();
        await RunAsync(0, journal, said, events: 1);

        using var again = new MemoryStream();
        await RunAsync(1, journal.Replay(), again, events: 2);

        Assert.Equal(said.ToArray(), again.ToArray()[..(int)said.Length]);
        var rest = Encoding.UTF8.GetString(again.ToArray()[(int)said.Length..]);
        Assert.StartsWith("event: state\n", rest, StringComparison.Ordinal);
        Assert.EndsWith("\n\n", rest, StringComparison.Ordinal);
    }

    /// <summary>A stream until so many events have been said, the last of them about a message that arrives while it waits.</summary>
    private async Task RunAsync(int backend, TestJournal journal, MemoryStream body, int events)
    {
        using var died = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        using var changes = Service<AccountChanges>(backend).Subscribe(Account);
        var time = Service<TimeProvider>(backend);
        var reader = Service<PushReader>(backend);
        var account = new MailAccount(Account, Credentials, journal, journal, time);
        var known = (await journal.ChooseAsync("push.states", async token => await reader.ReadAsync(Account, null, token), Cancelled))!;
        var query = new PushQuery(PushStates.Types.ToHashSet(), false, TimeSpan.FromSeconds(30));
        var running = new PushStream(reader, changes, time, account, query, null).RunAsync(known, body, died.Token);
        await AppendAsync();
        await UntilAsync(() => Task.FromResult(Encoding.UTF8.GetString(body.ToArray()).Split("event: state").Length > events), "the event");
        await died.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
