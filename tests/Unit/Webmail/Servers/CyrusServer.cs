using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

[assembly: AssemblyFixture(typeof(Tests.Unit.Webmail.Servers.CyrusServer))]

namespace Tests.Unit.Webmail.Servers;

/// <summary>
/// A real Cyrus IMAP for all tests of the assembly, started when somebody first wants to be on it. Mailboxes are divided by "/" and may
/// have dots in their names; it has CONDSTORE, MOVE and much else, but no NOTIFY.
/// </summary>
public sealed class CyrusServer : IImapServer, IDisposable
{
    private const string Password = "sec\"ret\\";
    private readonly Lazy<(ServerProcess Process, PasswordSocket Passwords)> _running;
    private int _users;

    public CyrusServer() => _running = new(Start);

    public MailServerOptions Imap { get; } = LoopbackServer.Plain();

    /// <summary>ManageSieve.</summary>
    public MailServerOptions Sieve { get; } = LoopbackServer.Plain();

    public Credentials NewUser()
    {
        _ = _running.Value;
        return new Credentials($"user{Interlocked.Increment(ref _users)}@example.test", Password);
    }

    public void Dispose()
    {
        if (_running.IsValueCreated)
        {
            _running.Value.Process.Dispose();
            _running.Value.Passwords.Dispose();
        }
    }

    private (ServerProcess Process, PasswordSocket Passwords) Start()
    {
        var process = new ServerProcess("cyrus");
        process.AddUser("cyrus");
        process.Configure("imapd.conf", $"""
            configdirectory: /run/cyrus
            partition-default: /run/cyrus/spool
            defaultpartition: default
            sievedir: /run/cyrus/sieve
            virtdomains: userid
            servername: mail.example.test
            allowplaintext: yes
            sasl_mech_list: PLAIN LOGIN
            sasl_pwcheck_method: saslauthd
            sasl_saslauthd_path: {process.At("passwords")}
            autocreate_quota: 0
            autocreate_post: yes
            """ + "\n");
        process.Configure("cyrus.conf", $$"""
            START {
              recover cmd="ctl_cyrusdb -r"
              idled cmd="idled"
            }
            SERVICES {
              imap cmd="imapd -U 30" listen="127.0.0.1:{{Imap.Port}}" prefork=0 maxchild=1000
              sieve cmd="timsieved" listen="127.0.0.1:{{Sieve.Port}}" prefork=0 maxchild=100
            }
            EVENTS {
            }
            """ + "\n");
        var passwords = new PasswordSocket(process.At("passwords"), Password);
        // In memory: it waits for the disk after every change.
        process.Start(
            """
            for folder in db proc log msg socket spool sieve; do mkdir -p /run/cyrus/$folder; done
            chown -R mail:mail /run/cyrus
            cyrmaster -D -p /run/cyrus/pid &
            """,
            Imap.Port,
            Sieve.Port);
        return (process, passwords);
    }
}
