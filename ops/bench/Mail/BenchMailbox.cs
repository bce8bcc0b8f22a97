using System.Globalization;
using System.Text;
using Appliance.Cli.Lab;

namespace Appliance.Bench.Mail;

/// <summary>Inboxes of generated messages in the lab's Dovecot, each made once: the same words in the same order every time.</summary>
internal static class BenchMailbox
{
    public const string Password = "secret";

    /// <summary>In every fifth subject.</summary>
    public const string Word = "travel";

    /// <summary>Beside the inbox; holds one message, with an attachment.</summary>
    public const string FileFolder = "Files";
    public const string FileName = "file.bin";

    private const int FileBytes = 1 << 20;
    private const int Seed = 7;
    private const int Recent = 200;
    private static readonly DateTimeOffset First = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    private static readonly string[] Words =
        "quarterly report meeting lunch invoice project deadline holiday budget review draft server network question answer minutes agenda travel".Split(' ');

    public static string User(string name) => $"{name}@throwaway.test";

    public static string Prepare(string name, int messages)
    {
        var folder = Path.Combine(LabPaths.Data("mail", "mail"), name);
        if (Directory.Exists(folder))
        {
            return User(name);
        }

        var making = folder + ".making";
        foreach (var part in (string[])["cur", "new", "tmp"])
        {
            Directory.CreateDirectory(Path.Combine(making, "Maildir", part));
        }

        var random = new Random(Seed);
        var written = new List<(string Id, string Subject)>();
        for (var i = 0; i < messages; i++)
        {
            var at = First.AddMinutes(i);
            var content = Encoding.ASCII.GetBytes(Message(random, written, i, at));
            var file = Path.Combine(
                making, "Maildir", "cur",
                string.Create(CultureInfo.InvariantCulture, $"{at.ToUnixTimeSeconds()}.M{i}P1.bench,S={content.Length},W={content.Length}:2,{(i % 3 == 0 ? "" : "S")}"));
            File.WriteAllBytes(file, content);
            File.SetLastWriteTimeUtc(file, at.UtcDateTime);
        }

        WriteFile(Path.Combine(making, "Maildir", "." + FileFolder), random);
        Shell.Run("chown", "-R", "mail:mail", making);
        Directory.Move(making, folder);
        return User(name);
    }

    /// <summary>The same messages for somebody else: the files are shared, the index is not.</summary>
    public static string Share(string from, string name)
    {
        var folder = Path.Combine(LabPaths.Data("mail", "mail"), name);
        if (!Directory.Exists(folder))
        {
            var whole = Path.Combine(LabPaths.Data("mail", "mail"), from, "Maildir");
            foreach (var part in (string[])["cur", "." + FileFolder])
            {
                Directory.CreateDirectory(Path.Combine(folder, "Maildir"));
                Shell.Run("cp", "-al", Path.Combine(whole, part), Path.Combine(folder, "Maildir"));
            }

            foreach (var part in (string[])["new", "tmp"])
            {
                Directory.CreateDirectory(Path.Combine(folder, "Maildir", part));
            }

            Shell.Run("chown", "-R", "mail:mail", folder);
        }

        return User(name);
    }

    private static void WriteFile(string folder, Random random)
    {
        foreach (var part in (string[])["cur", "new", "tmp"])
        {
            Directory.CreateDirectory(Path.Combine(folder, part));
        }

        var content = new byte[FileBytes];
        random.NextBytes(content);
        var message = "From: Person <person@bench.test>\r\nTo: Reader <reader@bench.test>\r\nSubject: A file\r\nDate: Tue, 14 Nov 2023 22:00:00 +0000\r\n"
            + "Message-ID: <file@bench.test>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n"
            + $"--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename={FileName}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + Convert.ToBase64String(content, Base64FormattingOptions.InsertLineBreaks) + "\r\n--b--\r\n";
        File.WriteAllText(Path.Combine(folder, "cur", $"1.M1P1.bench,S={message.Length}:2,S"), message);
    }

    private static string Message(Random random, List<(string Id, string Subject)> written, int number, DateTimeOffset at)
    {
        var (subject, answered) = (Line(random, 4), "");
        if (written.Count > 0 && random.Next(5) < 2)
        {
            var (id, before) = written[^random.Next(1, Math.Min(written.Count, Recent) + 1)];
            answered = $"In-Reply-To: <{id}>\r\nReferences: <{id}>\r\n";
            subject = before.StartsWith("Re: ", StringComparison.Ordinal) ? before : "Re: " + before;
        }

        var messageId = $"{number}.{random.NextInt64():x}@bench.test";
        written.Add((messageId, subject));
        return $"From: Person {number % 97} <person{number % 97}@bench.test>\r\nTo: Reader <reader@bench.test>\r\nSubject: {subject}\r\n"
            + $"Date: {at.UtcDateTime.ToString("R", CultureInfo.InvariantCulture).Replace("GMT", "+0000", StringComparison.Ordinal)}\r\nMessage-ID: <{messageId}>\r\n{answered}"
            + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
            + string.Concat(Enumerable.Range(0, 20).Select(_ => Line(random, 10) + "\r\n"));
    }

    private static string Line(Random random, int words) => string.Join(' ', Enumerable.Range(0, words).Select(_ => Words[random.Next(Words.Length)]));
}
