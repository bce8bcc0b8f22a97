using System.Diagnostics;
using System.Globalization;

namespace Appliance.Bench.Mail;

/// <summary>
/// The webmail through the splice beside Debian's Roundcube on the same Dovecot: what people ask of a 10,000-message inbox, one alone and 20 at once; how
/// soon a 200,000-message inbox is shown and indexed, and its list then; and the memory of an idle user.
/// </summary>
internal static class MailBench
{
    private const int Messages = 10_000;
    private const int ManyMessages = 200_000;
    private const int Users = 20;

    /// <summary>As long as a backend needs until what is hot has been compiled once more.</summary>
    private const int WarmUpSeconds = 40;

    public static async Task<MailReport> RunAsync(int rounds, int seconds, CancellationToken cancellationToken)
    {
        using var plain = new Roundcube(8083, caches: false);
        using var cached = new Roundcube(8084, caches: true);
        Console.Error.WriteLine("people who do nothing");
        var idle = await MailMemory.MeasureAsync(cancellationToken);
        var first = BenchMailbox.Prepare("mail10k", Messages);
        string[] users = [.. Enumerable.Range(0, Users).Select(user => BenchMailbox.Share("mail10k", string.Create(CultureInfo.InvariantCulture, $"mail10k-{user}")))];
        Console.Error.WriteLine($"indexing what lies in {first}, for {Users} people");
        var paths = Paths(users, Messages);
        Console.Error.WriteLine("warming up");
        Array.ForEach(paths, path => path.Run(Users, "mix", WarmUpSeconds));
        var (list, open, search, file, mix) = (new MailTable("list"), new MailTable("open"), new MailTable("search"), new MailTable("file"), new MailTable("mix"));
        for (var round = 1; round <= rounds; round++)
        {
            Console.Error.WriteLine($"round {round} of {rounds}");
            foreach (var path in paths)
            {
                Array.ForEach([list, open, search, file], table => table.Measure(path, users: 1, seconds));
                mix.Measure(path, Users, seconds);
            }
        }

        Console.Error.WriteLine("an inbox never seen");
        var cold = Cold(BenchMailbox.Prepare("mail200k", ManyMessages));
        var listOfMany = new MailTable("list");
        Array.ForEach(Paths([BenchMailbox.User("mail200k")], ManyMessages), path => listOfMany.Measure(path, users: 1, seconds));
        return new MailReport(list.Rows, open.Rows, search.Rows, file.Rows, mix.Rows, [cold], listOfMany.Rows, [idle]);

        MailPath[] Paths(string[] people, int messages) =>
        [
            new("webmail", [.. people.Select(user => JmapUser.SignIn(user).Indexed(messages).Script())]),
            new("roundcube", [.. people.Select(user => plain.Script(user, messages))]),
            new("roundcubeCached", [.. people.Select(user => cached.Script(user, messages))]),
        ];
    }

    /// <summary>A mailbox the webmail has never seen; the mail server has made its own index of it.</summary>
    private static ColdRow Cold(string name)
    {
        JmapUser.SignIn(name).Indexed(ManyMessages).Forget();
        var watch = Stopwatch.StartNew();
        var user = JmapUser.SignIn(name);
        user.Ask(user.ListRequest());
        var first = watch.Elapsed;
        user.Indexed(ManyMessages);
        return new ColdRow("webmail", first.TotalMilliseconds, ManyMessages / watch.Elapsed.TotalSeconds);
    }
}

/// <param name="List">The newest messages of the inbox.</param>
/// <param name="Open">One message.</param>
/// <param name="Search">A word in subjects and senders.</param>
/// <param name="File">An attachment.</param>
/// <param name="Mix">List and message in turn, by all people at once.</param>
internal sealed record MailReport(
    IReadOnlyList<RateRow> List,
    IReadOnlyList<RateRow> Open,
    IReadOnlyList<RateRow> Search,
    IReadOnlyList<RateRow> File,
    IReadOnlyList<RateRow> Mix,
    IReadOnlyList<ColdRow> Cold,
    IReadOnlyList<RateRow> ListOfMany,
    IReadOnlyList<MemoryRow> Memory);

/// <param name="FirstMilliseconds">Until the first screen.</param>
/// <param name="IndexedPerSecond">Messages, until all are in the index.</param>
internal sealed record ColdRow(string Path, double FirstMilliseconds, double IndexedPerSecond);
