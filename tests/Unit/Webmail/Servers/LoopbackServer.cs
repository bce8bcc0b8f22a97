using MailKit.Security;
using Webmail.Mail.Imap;

namespace Tests.Unit.Webmail.Servers;

/// <summary>Where a server of a test is to answer.</summary>
internal static class LoopbackServer
{
    /// <summary>On a port of its own, without TLS.</summary>
    public static MailServerOptions Plain() => new("127.0.0.1", FreePort.Find(), SecureSocketOptions.None);
}
