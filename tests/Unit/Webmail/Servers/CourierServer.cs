using System.Diagnostics;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

[assembly: AssemblyFixture(typeof(Tests.Unit.Webmail.Servers.CourierServer))]

namespace Tests.Unit.Webmail.Servers;

/// <summary>
/// A real Courier IMAP for all tests of the assembly, started when somebody first wants to be on it. All mailboxes lie below "INBOX.",
/// and it has neither CONDSTORE, ESEARCH, MOVE, SPECIAL-USE, LIST-STATUS nor ManageSieve.
/// </summary>
public sealed class CourierServer : IImapServer, IDisposable
{
    private const int UsersMax = 400;
    private const string Password = "sec\"ret\\";
    private readonly Lazy<ServerProcess> _running;
    private int _users;

    public CourierServer() => _running = new(Start);

    public MailServerOptions Imap { get; } = LoopbackServer.Plain();

    public bool DescribesParts => false;

    public Credentials NewUser()
    {
        var user = Interlocked.Increment(ref _users);
        Assert.True(user <= UsersMax, "more people than Courier was told of");
        foreach (var folder in (string[])["cur", "new", "tmp"])
        {
            Directory.CreateDirectory(_running.Value.At($"mail/{user}/Maildir/{folder}"));
        }

        _running.Value.MailFolder($"mail/{user}");
        return new Credentials($"user{user}@example.test", Password);
    }

    public void Dispose()
    {
        if (_running.IsValueCreated)
        {
            _running.Value.Dispose();
        }
    }

    private ServerProcess Start()
    {
        var process = new ServerProcess("courier");
        process.AddUser("courier");
        process.MailFolder("mail");
        process.Configure("courier/authdaemonrc", """
            authmodulelist="authuserdb"
            daemons=3
            authdaemonvar=/run/courier/authdaemon

            """);
        var hash = Hash();
        process.Configure(
            "courier/userdb",
            string.Concat(Enumerable.Range(1, UsersMax).Select(user => $"user{user}@example.test\tuid=8|gid=8|home={process.At($"mail/{user}")}|systempw={hash}\n")),
            (UnixFileMode)0b110_000_000);
        // As Debian configures it, but for the time after which IDLE looks at the mailbox: its minute is long for a test.
        process.Start(
            $"""
            mkdir -p /run/courier/authdaemon
            makeuserdb
            set -a
            . /etc/courier/authdaemonrc
            . /etc/courier/imapd-ssl
            . /etc/courier/imapd
            IMAP_IDLE_TIMEOUT=1
            /usr/lib/courier/courier-authlib/authdaemond &
            couriertcpd -address=127.0.0.1 -maxprocs=1000 -maxperip=1000 -nodnslookup -noidentlookup {Imap.Port} \
              /usr/lib/courier/courier/imaplogin /usr/bin/imapd Maildir &
            """,
            Imap.Port);
        return process;
    }

    private static string Hash()
    {
        using var openssl = Process.Start(new ProcessStartInfo("openssl", ["passwd", "-1", Password]) { RedirectStandardOutput = true })!;
        var hash = openssl.StandardOutput.ReadToEnd().Trim();
        openssl.WaitForExit();
        return hash;
    }
}
