using System.Diagnostics;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab.Campaign;

/// <summary>Somebody types, uploads, sends, files and searches while machines die: nothing is lost, nothing happens twice.</summary>
public sealed class CampaignTests(LabFixture lab) : LabTest(lab)
{
    private const int UploadBytes = 512 * 1024;
    private const int InstantMillisecondsMax = 400;
    private const int AwayMillisecondsMax = 3000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Dying[] Ways = [Dying.Kill, Dying.Freeze, Dying.Unplug, Dying.Reboot];
    private static readonly string[] Words = ["Dear", "Bob,", "this", "must", "not", "get", "lost."];

    [Fact]
    public async Task Work_MachinesDieMeanwhile_NothingIsLostOrDoneTwice()
    {
        for (var round = 0; round < LabFixture.Rounds(8, 1000); round++)
        {
            var random = new Random(round);
            using var person = await Person.SignInAsync(MailUsers.Alice, isPatient: false, Cancelled);
            var (victim, how) = Fate(person, random);
            var instant = TimeSpan.FromMilliseconds(random.Next(InstantMillisecondsMax));
            await RoundAsync(person, round, $"{how} of {victim} after {instant}", random, async () =>
            {
                await Task.Delay(instant, Cancelled);
                await Failure.ApplyAsync([victim], how);
            });
            await Lab.MendAsync(Cancelled);
        }
    }

    /// <summary>There is one of each: while it is away some things are refused, with a sentence, and go on when it is back.</summary>
    [Fact]
    public async Task Work_DatabaseOrMailServerIsAwayMeanwhile_NothingIsLostOrDoneTwice()
    {
        for (var round = 0; round < LabFixture.Rounds(4, 200); round++)
        {
            var random = new Random(round);
            using var person = await Person.SignInAsync(MailUsers.Alice, isPatient: true, Cancelled);
            var victim = round % 2 == 0 ? "db" : "mail";
            var how = Ways[round / 2 % Ways.Length];
            var instant = TimeSpan.FromMilliseconds(random.Next(InstantMillisecondsMax));
            var away = TimeSpan.FromMilliseconds(random.Next(AwayMillisecondsMax));
            await RoundAsync(person, round, $"{how} of {victim} after {instant}, away for {away}", random, async () =>
            {
                await Task.Delay(instant, Cancelled);
                await Failure.ApplyAsync([victim], how);
                await Task.Delay(away, Cancelled);
                Failure.Revive(victim);
            });
            await Lab.MendAsync(Cancelled);
        }
    }

    private static async Task RoundAsync(Person person, int round, string fate, Random random, Func<Task> die)
    {
        try
        {
            await WorkAsync(person, $"Campaign {round} {Guid.NewGuid():N}", random, die);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw new InvalidOperationException($"round {round}: {fate}: {failure.Message}", failure);
        }
    }

    private static async Task WorkAsync(Person person, string subject, Random random, Func<Task> die)
    {
        var dying = die();
        var (draft, version) = await person.TypeAsync(subject, Words);
        var content = new byte[UploadBytes];
        random.NextBytes(content);
        await person.UploadAsync(content);
        Assert.Equal(string.Join(' ', Words) + " ", await person.TextOfAsync(draft));
        var submission = await person.SendAsync(subject, MailUsers.Bob, draft, version);
        var filed = await person.FileAsync("Filed " + subject, "archive");
        await dying;

        Assert.Contains(filed, await person.SearchAsync("Filed " + subject));
        if (!await SentAsync(person, submission))
        {
            await LabFixture.Until(() => Maildir.Find(MailUsers.Bob, subject).Count > 0, Patience, "the delivery", Cancelled);
        }

        Assert.InRange(Maildir.Find(MailUsers.Bob, subject).Count, 0, 1);
        Assert.Null(await person.TextOfAsync(draft));
    }

    /// <summary>Whether it is in doubt; else it was delivered and filed.</summary>
    private static async Task<bool> SentAsync(Person person, string submission)
    {
        for (var waited = Stopwatch.StartNew(); ;)
        {
            if (await person.IsUncertainAsync(submission) is { } isUncertain)
            {
                return isUncertain;
            }

            Assert.True(waited.Elapsed < Patience, $"submission {submission} is still under way after {Patience.TotalSeconds} s");
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancelled);
        }
    }

    /// <summary>Who dies, and how: the proxy or the backend that serves the person more often than others.</summary>
    private (string Victim, Dying How) Fate(Person person, Random random)
    {
        var how = random.GetItems(Ways, 1)[0];
        var victim = random.Next(5) switch
        {
            0 or 1 => Lab.BackendOf(person.Client),
            2 or 3 => Lab.ActiveProxy,
            _ => random.GetItems([.. Topology.Proxies.Concat(Topology.Backends).Select(machine => machine.Name)], 1)[0],
        };
        return (victim, how);
    }
}
