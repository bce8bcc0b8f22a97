using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab.Campaign;

/// <summary>Somebody types, uploads, sends, files and searches while machines die: nothing is lost, nothing happens twice.</summary>
public sealed class CampaignTests(LabFixture lab) : LabTest(lab)
{
    private const int UploadBytes = 512 * 1024;
    private const int InstantMillisecondsMax = 400;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string[] Words = ["Dear", "Bob,", "this", "must", "not", "get", "lost."];

    [Fact]
    public async Task Work_MachinesDieMeanwhile_NothingIsLostOrDoneTwice()
    {
        for (var round = 0; round < LabFixture.Rounds(30, 1000); round++)
        {
            var random = new Random(round);
            var subject = $"Campaign {round} {Guid.NewGuid():N}";
            using var person = await Person.SignInAsync(MailUsers.Alice, Cancelled);
            var (victim, how) = Fate(person, random);
            var instant = random.Next(InstantMillisecondsMax);
            try
            {
                await RoundAsync(person, subject, victim, how, instant, random);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                throw new InvalidOperationException($"round {round}: {how} of {victim} after {instant} ms: {failure.Message}", failure);
            }

            await Lab.MendAsync(Cancelled);
        }
    }

    private static async Task RoundAsync(Person person, string subject, string victim, Dying how, int instantMilliseconds, Random random)
    {
        var dying = DieAsync(victim, how, instantMilliseconds);
        var (draft, version) = await person.TypeAsync(subject, Words);
        var content = new byte[UploadBytes];
        random.NextBytes(content);
        await person.UploadAsync(content);
        Assert.Equal(string.Join(' ', Words) + " ", await person.TextOfAsync(draft));
        var submission = await person.SendAsync(subject, MailUsers.Bob, draft, version);
        var filed = await person.FileAsync("Filed " + subject, "archive");
        await dying;

        Assert.Equal([filed], await person.SearchAsync("Filed " + subject));
        var isUncertain = await SentAsync(person, submission);
        Assert.InRange(Maildir.Find(MailUsers.Bob, subject).Count, isUncertain ? 0 : 1, 1);
        Assert.Null(await person.TextOfAsync(draft));
    }

    private static async Task DieAsync(string victim, Dying how, int instantMilliseconds)
    {
        await Task.Delay(instantMilliseconds, Cancelled);
        await Failure.ApplyAsync([victim], how);
    }

    /// <summary>Whether it is in doubt; else it was delivered and filed.</summary>
    private static async Task<bool> SentAsync(Person person, string submission)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(Patience);
        while (true)
        {
            if (await person.IsUncertainAsync(submission) is { } isUncertain)
            {
                return isUncertain;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
        }
    }

    /// <summary>Who dies, and how: the proxy or the backend that serves the person more often than others.</summary>
    private (string Victim, Dying How) Fate(Person person, Random random)
    {
        var how = random.GetItems([Dying.Kill, Dying.Freeze, Dying.Unplug, Dying.Reboot], 1)[0];
        var victim = random.Next(5) switch
        {
            0 or 1 => Lab.BackendOf(person.Client),
            2 or 3 => Lab.ActiveProxy,
            _ => random.GetItems([.. Topology.Proxies.Concat(Topology.Backends).Select(machine => machine.Name)], 1)[0],
        };
        return (victim, how);
    }
}
