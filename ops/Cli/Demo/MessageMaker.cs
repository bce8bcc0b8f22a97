using System.Globalization;
using System.Text;
using Appliance.Cli.Services;

namespace Appliance.Cli.Demo;

/// <summary>
/// Writes believable mail from a seed: people who write to each other in threads, newsletters in HTML, mail nested in mail,
/// and charsets as they are found in the wild. The result is Latin-1 text whose letters are the message's bytes.
/// </summary>
public sealed class MessageMaker(MailUser owner, int seed)
{
    private const int ThreadLengthMax = 6;

    /// <summary>The newest ordinary message; the oldest is two years before.</summary>
    public static readonly DateTimeOffset Newest = new(2026, 1, 15, 9, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Span = TimeSpan.FromDays(730);
    private readonly Random _random = new(seed);
    private (string Subject, string Root, string Last, int Left) _thread;

    public static DateTimeOffset Arrival(string message)
    {
        var start = message.IndexOf("\r\nDate: ", StringComparison.Ordinal) + 8;
        return DateTimeOffset.Parse(message[start..message.IndexOf('\r', start)], CultureInfo.InvariantCulture);
    }

    public string Received(int index, int count)
    {
        var date = Newest - Span * (1 - (index + 1.0) / count);
        var person = Pick(Words.People);
        return Write($"{Local(person)}-{seed}-r{index}@example.test", $"{person} <{Local(person)}@example.test>", $"{owner.Name} <{owner.Address}>", date, index, person);
    }

    public string Sent(int index)
    {
        var person = Pick(Words.People);
        return Write($"{owner.Local}-{seed}-s{index}@example.test", $"{owner.Name} <{owner.Address}>", $"{person} <{Local(person)}@example.test>",
            Newest - TimeSpan.FromHours(7 * (index + 1)), index * 10 + 1, owner.Name);
    }

    private string Write(string id, string from, string to, DateTimeOffset date, int index, string person)
    {
        var (subject, references) = NextInThread(id);
        var (contentType, body) = (index % 50) switch
        {
            7 or 23 or 41 => Bodies.Newsletter(Pick(Words.Topics), Sentences(4), person),
            13 => Bodies.Nested(id, Pick(Words.Topics), Sentences(3)),
            17 => Bodies.Charset("iso-8859-1", Encoding.Latin1, Words.German),
            19 => Bodies.Charset("koi8-r", Bodies.Legacy("koi8-r"), Words.Russian),
            29 => Bodies.Charset("iso-2022-jp", Bodies.Legacy("iso-2022-jp"), Words.Japanese),
            31 => Bodies.Undeclared(Words.German),
            37 => Bodies.WithAttachment(Sentences(2), Pick(Words.Topics)),
            _ => Bodies.Plain(person, Sentences(3 + _random.Next(6)), owner.Name.Split(' ')[0]),
        };
        var mime = contentType is null ? "" : $"MIME-Version: 1.0\r\nContent-Type: {contentType}\r\n";
        return string.Create(CultureInfo.InvariantCulture,
            $"From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: {date:ddd, dd MMM yyyy HH:mm:ss} +0000\r\nMessage-ID: <{id}>\r\n{references}{mime}\r\n{body}");
    }

    private (string Subject, string References) NextInThread(string id)
    {
        if (_thread.Left > 0 && _random.Next(3) > 0)
        {
            var references = $"In-Reply-To: <{_thread.Last}>\r\nReferences: <{_thread.Root}> <{_thread.Last}>\r\n";
            var subject = "Re: " + _thread.Subject;
            _thread = _thread with { Last = id, Left = _thread.Left - 1 };
            return (subject, references);
        }

        _thread = (Pick(Words.Openings) + " " + Pick(Words.Topics), id, id, _random.Next(ThreadLengthMax));
        return (_thread.Subject, "");
    }

    private string Sentences(int count) => string.Join(" ", Enumerable.Range(0, count).Select(_ => Pick(Words.Sentences)));

    private string Pick(string[] words) => words[_random.Next(words.Length)];

    private static string Local(string person) => person.ToLowerInvariant().Replace(' ', '.');
}
