using Webmail.Mail.Imap;

namespace Tests.Unit.Webmail.Servers;

/// <summary>A real Postfix.</summary>
public sealed class PostfixServer : ISubmissionServer
{
    private readonly ServerProcess _process = new("postfix");
    private readonly PasswordSocket _passwords;

    public PostfixServer()
    {
        _process.MailFolder("delivered");
        _passwords = new PasswordSocket(_process.At("passwords"), "");
        _process.Configure("postfix/sasl/smtpd.conf", $"pwcheck_method: saslauthd\nsaslauthd_path: {_process.At("passwords")}\nmech_list: PLAIN LOGIN\n");
        _process.Configure("postfix/main.cf", $$"""
            compatibility_level = 3.6
            queue_directory = /run/postfix/queue
            data_directory = /run/postfix/data
            maillog_file = /dev/stdout
            myhostname = mail.example.test
            mydestination =
            mynetworks = 192.0.2.1/32
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            alias_maps =
            smtpd_tls_security_level = none
            smtpd_sasl_auth_enable = yes
            cyrus_sasl_config_path = /etc/postfix/sasl
            smtpd_relay_restrictions = permit_sasl_authenticated, reject
            message_size_limit = {{ISubmissionServer.SizeMax}}
            virtual_mailbox_domains = example.test
            virtual_mailbox_base = {{_process.At("delivered")}}
            virtual_mailbox_maps = inline:{ bob@example.test=all/, secret@example.test=all/ }
            virtual_mailbox_limit = 0
            virtual_minimum_uid = 1
            virtual_uid_maps = static:8
            virtual_gid_maps = static:8

            """);
        _process.Configure("postfix/master.cf", $"""
            127.0.0.1:{Options.Port} inet n - n - - smtpd
            pickup unix n - n 60 1 pickup
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            proxymap unix - - n - - proxymap
            error unix - - n - - error
            retry unix - - n - - error
            virtual unix - n n - - virtual
            anvil unix - - n - 1 anvil
            postlog unix-dgram n - n - 1 postlogd

            """);
        _process.Start(
            """
            mkdir -p /run/postfix/queue /run/postfix/data
            chown postfix /run/postfix/data
            postfix start-fg &
            """,
            Options.Port);
    }

    public MailServerOptions Options { get; } = LoopbackServer.Plain();

    public void SetPassword(string password) => _passwords.Password = password;

    public IReadOnlyList<string> Delivered() => _process.Messages("delivered/all/new");

    public void Dispose()
    {
        _process.Dispose();
        _passwords.Dispose();
    }
}
