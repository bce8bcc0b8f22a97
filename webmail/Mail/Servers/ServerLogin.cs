using System.Text;
using MailKit.Security;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Servers;

/// <summary>To which server, how, and as whom: what makes one connection as good as another.</summary>
internal sealed record ServerLogin(MailServerOptions Server, Authentication Authentication, Credentials Credentials)
{
    /// <summary>Connections of an account; null for what is usual.</summary>
    public int? ConnectionsMax { get; init; }

    /// <summary>Whether what is said is compressed, where the server offers that.</summary>
    public bool Compresses { get; init; }

    /// <summary>Null if no particular one is demanded.</summary>
    public SaslMechanism? Mechanism() => Authentication switch
    {
        Authentication.Plain => new SaslMechanismPlain(Encoding.UTF8, Credentials.Username, Credentials.Password),
        Authentication.Login => new SaslMechanismLogin(Encoding.UTF8, Credentials.Username, Credentials.Password),
        Authentication.OAuthBearer => new OAuthBearerMechanism(this),
        _ => null,
    };
}
