using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Imap;
using MailKit.Security;
using Tests.Unit.Splice;
using Tests.Unit.Webmail.Servers;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Servers;

[assembly: AssemblyFixture(typeof(Tests.Unit.Webmail.Sieve.DovecotServer))]

namespace Tests.Unit.Webmail.Sieve;

/// <summary>A real Dovecot with Pigeonhole on free loopback ports, everything it needs and leaves in a folder of its own.</summary>
public sealed class DovecotServer : IImapServer, IDisposable
{
    public const int ScriptsMax = 8;

    private const int UsersMax = 500;
    private const string Password = "sec\"ret\\";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dovecot-");
    private readonly DaemonTlsCertificates _certificates = new();
    private readonly X509Certificate2 _certificate;
    private readonly Dictionary<string, string> _changedPasswords = [];
    private readonly string _domain;
    private Process? _process;
    private int _users;

    public DovecotServer()
        : this("")
    {
    }

    /// <param name="extensions">What to add to and take from the Sieve extensions, as in "-include".</param>
    /// <param name="capability">All that the IMAP server says it can; empty: all that it can.</param>
    /// <param name="domain">Of its users.</param>
    /// <param name="connectionsMax">IMAP connections of one user.</param>
    internal DovecotServer(string extensions, string capability = "", string domain = "example.test", int connectionsMax = 100)
    {
        _domain = domain;
        // Dovecot's workers run as other users.
        File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_101_101);
        var files = _certificates.Make("dovecot", "localhost");
        _certificate = X509CertificateLoader.LoadCertificateFromFile(files.CertificateFile);
        WriteUsers();
        Directory.CreateDirectory(At("sent"));
        File.WriteAllText(At("sendmail"), $"#!/bin/sh\ncat > {At("sent")}/$$\n");
        File.SetUnixFileMode(At("sendmail"), (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(At("sent"), (UnixFileMode)0b111_111_111);
        File.WriteAllText(ConfigFile, Config(extensions, capability, connectionsMax, files.CertificateFile, files.KeyFile));
        ServerProcess.Run("chown", "-R", "mail:mail", Directory.CreateDirectory(At("mail")).FullName);
        Start();
    }

    public MailServerOptions Imap { get; } = LoopbackServer.Plain();

    public MailServerOptions Plain { get; } = LoopbackServer.Plain();

    public MailServerOptions StartTls => Plain with { Host = "localhost", Security = SecureSocketOptions.StartTls };

    public MailServerOptions Implicit { get; } = new("localhost", FreePort.Find(), SecureSocketOptions.SslOnConnect);

    private string ConfigFile => At("dovecot.conf");

    public Credentials NewUser() => new($"user{Interlocked.Increment(ref _users)}@{_domain}", Password);

    /// <summary>Changes a password as the user's provider does, and waits until the server, which looks once a second, has noticed.</summary>
    public async Task<Credentials> ChangePasswordAsync(Credentials of, CancellationToken cancellationToken)
    {
        lock (_changedPasswords)
        {
            _changedPasswords[of.Username] = of.Password + "new";
            WriteUsers();
        }

        var changed = of with { Password = of.Password + "new" };
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StartTimeout);
        while (!await AcceptsAsync(changed, deadline.Token))
        {
        }

        return changed;
    }

    /// <summary>Trusts this server's certificate, and its name too.</summary>
    public bool IsOurs(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) && _certificate.RawDataMemory.Span.SequenceEqual(certificate!.GetRawCertData());

    /// <summary>Delivers a message as a mail server does, the active script of its receiver included.</summary>
    /// <returns>What was sent in answer to it.</returns>
    public IReadOnlyList<string> Deliver(Credentials to, string from, string message)
    {
        var before = Directory.GetFiles(At("sent"));
        using var delivery = Process.Start(new ProcessStartInfo("/usr/lib/dovecot/dovecot-lda",
            ["-c", ConfigFile, "-d", to.Username, "-a", to.Username, "-f", from]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        delivery.StandardInput.Write(message);
        delivery.StandardInput.Close();
        var said = delivery.StandardError.ReadToEnd();
        delivery.WaitForExit();
        Assert.True(delivery.ExitCode == 0, said);
        return [.. Directory.GetFiles(At("sent")).Except(before).Select(File.ReadAllText)];
    }

    /// <summary>Lays a file into the inbox, which a delivery has made before, as if it were a message.</summary>
    public void Put(Credentials of, string name, byte[] message)
    {
        var file = Path.Combine(MailboxFolder(of, ""), name);
        File.WriteAllBytes(file, message);
        ServerProcess.Run("chown", "mail:mail", file);
    }

    /// <summary>The messages in a mailbox; the inbox is the empty name.</summary>
    public IReadOnlyList<string> Mailbox(Credentials of, string mailbox) =>
        Directory.Exists(MailboxFolder(of, mailbox)) ? [.. Directory.GetFiles(MailboxFolder(of, mailbox)).Select(File.ReadAllText)] : [];

    /// <summary>Nothing answers, and all connections are cut.</summary>
    public void Stop()
    {
        // Gently asked, it takes ten seconds.
        ProcessTree.Kill(_process!.Id);
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Where it was.</summary>
    public void Start()
    {
        _process = Process.Start(new ProcessStartInfo("dovecot", ["-F", "-c", ConfigFile]) { RedirectStandardError = true })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        var deadline = Stopwatch.StartNew();
        while (!FreePort.Answers(Imap.Port) || !FreePort.Answers(Plain.Port) || !FreePort.Answers(Implicit.Port))
        {
            Assert.True(deadline.Elapsed < StartTimeout, $"dovecot did not start in {StartTimeout}");
        }
    }

    /// <summary>Connections stay, and nothing answers.</summary>
    public void Freeze() => ProcessTree.Freeze(_process!.Id);

    public void Thaw() => ProcessTree.Thaw(_process!.Id);

    public void Dispose()
    {
        if (_process is not null)
        {
            Stop();
        }

        _certificate.Dispose();
        _certificates.Dispose();
        _folder.Delete(true);
    }

    private async Task<bool> AcceptsAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        using var client = new ImapClient();
        await client.ConnectAsync(Imap, cancellationToken);
        try
        {
            await client.AuthenticateAsync(credentials.Username, credentials.Password, cancellationToken);
            return true;
        }
        catch (AuthenticationException)
        {
            return false;
        }
    }

    private void WriteUsers()
    {
        var lines = Enumerable.Range(0, UsersMax).SelectMany(user => new[] { $"user{user}@{_domain}", $"user{user}" })
            .Select(user => $"{user}:{{PLAIN}}{_changedPasswords.GetValueOrDefault(user, Password)}");
        // At once: the server must never see half of them.
        File.WriteAllLines(At("users.new"), lines);
        File.Move(At("users.new"), At("users"), overwrite: true);
    }

    private string MailboxFolder(Credentials of, string mailbox) =>
        Path.Combine(At("mail"), of.Username.Split('@')[0], "Maildir", mailbox.Length > 0 ? "." + mailbox : "", "new");

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private string Config(string extensions, string capability, int connectionsMax, string certificateFile, string keyFile) =>
        $$"""
        base_dir = {{At("run")}}
        state_dir = {{At("run")}}
        log_path = /dev/stderr
        listen = 127.0.0.1
        protocols = imap sieve
        ssl = yes
        ssl_cert = <{{certificateFile}}
        ssl_key = <{{keyFile}}
        disable_plaintext_auth = no
        auth_mechanisms = plain login
        auth_failure_delay = 0
        default_internal_user = dovecot
        default_login_user = dovenull
        first_valid_uid = 1
        mail_location = maildir:{{At("mail")}}/%n/Maildir
        postmaster_address = postmaster@example.test
        hostname = mail.example.test
        sendmail_path = {{At("sendmail")}}
        lda_mailbox_autocreate = yes
        passdb {
          driver = passwd-file
          args = scheme=PLAIN username_format=%u {{At("users")}}
        }
        userdb {
          driver = static
          args = uid=mail gid=mail home={{At("mail")}}/%n
        }
        namespace inbox {
          inbox = yes
        }
        plugin {
          sieve_quota_max_scripts = {{ScriptsMax}}
          {{(extensions.Length > 0 ? $"sieve_extensions = {extensions}" : "")}}
        }
        protocol imap {
          mail_max_userip_connections = {{connectionsMax}}
          {{(capability.Length > 0 ? $"imap_capability = {capability}" : "")}}
        }
        protocol lda {
          mail_plugins = $mail_plugins sieve
        }
        service imap-login {
          service_count = 0
          inet_listener imap {
            port = {{Imap.Port}}
          }
          inet_listener imaps {
            port = 0
          }
        }
        service managesieve-login {
          inet_listener sieve {
            port = {{Plain.Port}}
          }
          inet_listener sieves {
            port = {{Implicit.Port}}
            ssl = yes
          }
        }
        service anvil {
          unix_listener anvil-auth-penalty {
            mode = 0
          }
        }
        service stats {
          unix_listener stats-writer {
            mode = 0666
          }
        }

        """;
}
