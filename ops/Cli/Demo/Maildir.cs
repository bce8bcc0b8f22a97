using System.Globalization;
using System.Text;
using Appliance.Cli.Services;

namespace Appliance.Cli.Demo;

/// <summary>Writes messages straight into a mailbox in Maildir++ layout; the file's time is the message's arrival.</summary>
public sealed class Maildir
{
    private readonly string _folder;
    private int _count;

    private Maildir(string folder) => _folder = folder;

    public static Maildir Open(string mail, MailUser user, string mailbox)
    {
        var root = Path.Combine(mail, user.Local, "Maildir");
        var folder = mailbox == "INBOX" ? root : Path.Combine(root, "." + mailbox);
        foreach (var part in (string[])["cur", "new", "tmp"])
        {
            Directory.CreateDirectory(Path.Combine(folder, part));
        }

        return new Maildir(folder);
    }

    public void Add(string message, bool seen)
    {
        var bytes = Encoding.Latin1.GetBytes(message);
        var arrival = MessageMaker.Arrival(message);
        var seconds = arrival.ToUnixTimeSeconds();
        var name = string.Create(CultureInfo.InvariantCulture, $"{seconds}.M{_count++:000000}P1.demo,S={bytes.Length},W={bytes.Length}:2,{(seen ? "S" : "")}");
        var path = Path.Combine(_folder, "cur", name);
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, arrival.UtcDateTime);
    }
}
