using Webmail.Mail.Imap;

namespace Tests.Unit.Webmail.Servers;

/// <summary>A real Exim.</summary>
public sealed class EximServer : ISubmissionServer
{
    private readonly ServerProcess _process = new("exim");

    public EximServer()
    {
        _process.AddUser("Debian-exim");
        _process.MailFolder("delivered");
        SetPassword("");
        _process.Configure("exim4/exim4.conf", $$$$$"""
            primary_hostname = mail.example.test
            local_interfaces = 127.0.0.1
            daemon_smtp_ports = {{{{{Options.Port}}}}}
            spool_directory = /run/exim
            log_file_path = /run/exim/%slog
            message_size_limit = {{{{{ISubmissionServer.SizeMax}}}}}
            tls_advertise_hosts =
            acl_smtp_rcpt = receiver

            begin acl
            receiver:
              deny message = sign in first
                   !authenticated = *
              accept verify = recipient
              deny message = nobody of that name

            begin routers
            known:
              driver = accept
              domains = example.test
              local_parts = bob : secret
              transport = delivered

            begin transports
            delivered:
              driver = appendfile
              directory = {{{{{_process.At("delivered")}}}}}
              maildir_format
              user = mail
              group = mail

            begin authenticators
            plain:
              driver = plaintext
              public_name = PLAIN
              server_prompts = :
              server_condition = ${if eq{$auth3}{${readfile{{{{{{_process.At("password")}}}}}}}}}
              server_set_id = $auth2

            """);
        _process.Start("mkdir /run/exim\nchown mail:mail /run/exim\nexim4 -bdf -q1h &", Options.Port);
    }

    public MailServerOptions Options { get; } = LoopbackServer.Plain();

    public void SetPassword(string password) => File.WriteAllText(_process.At("password"), password);

    public IReadOnlyList<string> Delivered() => _process.Messages("delivered/new");

    public void Dispose() => _process.Dispose();
}
