using System.Globalization;
using System.Text;
using MailKit.Security;

namespace Webmail.Mail.Servers;

/// <summary>OAUTHBEARER (RFC 7628 §3.1). MailKit's own learns host and port from MailKit's clients only, and ManageSieve is not among them.</summary>
internal sealed class OAuthBearerMechanism(ServerLogin login) : SaslMechanism(login.Credentials.Username, login.Credentials.Password)
{
    private bool _isSaid;

    public override string MechanismName => "OAUTHBEARER";

    public override bool SupportsInitialResponse => true;

    protected override byte[] Challenge(byte[]? token, int startIndex, int length, CancellationToken cancellationToken)
    {
        if (_isSaid)
        {
            // The server says why it refuses; it does so for good after this (§3.2.3).
            return [1];
        }

        _isSaid = true;
        // A comma or an equals sign in the name would end it (RFC 5801 §4).
        var name = login.Credentials.Username.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"n,a={name},\u0001host={login.Server.Host}\u0001port={login.Server.Port}\u0001auth=Bearer {login.Credentials.Password}\u0001\u0001"));
    }
}
