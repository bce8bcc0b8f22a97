using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Appliance.Cli.Demo;

/// <summary>Makes the demonstration's files and mail, once; everything follows from fixed seeds, so every lab has the same.</summary>
public static class DemoData
{
    /// <summary>Raised when the content changes, so that an older lab makes it anew.</summary>
    private const string Version = "1";

    private const int InboxMessages = 10_000;
    private const int SentMessages = 120;
    private const int ArchiveMessages = 200;
    private const int BobMessages = 40;

    private static string Description => LabPaths.EtcCommon("demo.json");

    private static string VersionFile => LabPaths.EtcCommon("demo.version");

    private static bool Present => File.Exists(VersionFile) && File.ReadAllText(VersionFile) == Version;

    public static void Prepare(Action<string> progress)
    {
        if (Present)
        {
            return;
        }

        progress("making files to download");
        var www = FilesServices.Root;
        Directory.CreateDirectory(www);
        var files = new[] { ("1k.bin", 1_000L), ("100m.bin", 100L << 20), ("1g.bin", 1L << 30) }
            .Select((file, seed) => (Path: "/" + file.Item1, Bytes: file.Item2, Sha256: SeededFile.Write(Path.Combine(www, file.Item1), file.Item2, (ulong)seed + 1)))
            .ToList();

        progress($"making {InboxMessages} messages");
        var mail = LabPaths.Data("mail", "mail");
        if (Directory.Exists(mail))
        {
            Directory.Delete(mail, true);
        }

        var attachments = new List<object>();
        var alice = new MessageMaker(MailUsers.Alice, 1);
        var inbox = Maildir.Open(mail, MailUsers.Alice, "INBOX");
        for (var i = 0; i < InboxMessages - LargeAttachment.All.Count; i++)
        {
            inbox.Add(alice.Received(i, InboxMessages), seen: i < InboxMessages - 60);
        }

        foreach (var large in LargeAttachment.All)
        {
            inbox.Add(large.Write(out var sha256), seen: false);
            attachments.Add(new { large.Name, large.Bytes, Sha256 = sha256, large.Subject });
        }

        Fill(Maildir.Open(mail, MailUsers.Alice, "Sent"), SentMessages, alice.Sent);
        Fill(Maildir.Open(mail, MailUsers.Alice, "Archive"), ArchiveMessages, i => alice.Received(i, ArchiveMessages));
        var bob = new MessageMaker(MailUsers.Bob, 2);
        Fill(Maildir.Open(mail, MailUsers.Bob, "INBOX"), BobMessages, i => bob.Received(i, BobMessages));
        Shell.Run("chown", "-R", "mail:mail", mail);
        ConfigFile.WriteJson(Description, new { attachments, files = files.Select(file => new { file.Path, file.Bytes, file.Sha256 }) });
        File.WriteAllText(VersionFile, Version);
    }

    /// <summary>Fills Dovecot's caches, as they are on a server that has been in use.</summary>
    public static void Index(Action<string> progress)
    {
        var mark = LabPaths.EtcCommon("demo.indexed");
        if (File.Exists(mark) && File.ReadAllText(mark) == Version)
        {
            return;
        }

        progress("indexing mail");
        var machine = Topology.Find("mail");
        foreach (var user in MailUsers.All)
        {
            Shell.Run("nsenter", $"--net={machine.NamespacePath}", "doveadm", "-c", LabPaths.Etc("mail", "dovecot.conf"), "index", "-u", user.Address, "*");
            Shell.Run("nsenter", $"--net={machine.NamespacePath}", "doveadm", "-c", LabPaths.Etc("mail", "dovecot.conf"), "fetch", "-u", user.Address,
                "imap.bodystructure imap.envelope size.virtual", "mailbox", "INBOX", "ALL");
        }

        File.WriteAllText(mark, Version);
    }

    private static void Fill(Maildir folder, int count, Func<int, string> message)
    {
        for (var i = 0; i < count; i++)
        {
            folder.Add(message(i), seen: true);
        }
    }
}
