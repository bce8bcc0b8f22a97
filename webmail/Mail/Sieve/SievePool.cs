using System.Net.Sockets;
using System.Text;
using MailKit.Security;
using Webmail.Mail.Connections;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Sieve.Protocol;

namespace Webmail.Mail.Sieve;

/// <summary>Signed-in ManageSieve connections.</summary>
public sealed class SievePool : IConnectionRules<SieveConnection>, IDisposable
{
    private readonly SieveOptions _options;
    private readonly ConnectionPool<SieveConnection> _connections;

    public SievePool(SieveOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _connections = new ConnectionPool<SieveConnection>(
            this, new ConnectionLimits(options.ConnectionsPerAccountMax, options.IdleTimeout, options.QuestionTimeout), time);
    }

    /// <summary>
    /// Asks on a kept connection, and once more on a fresh one if it broke: what is asked may then have been done already.
    /// </summary>
    /// <exception cref="MailUnavailableException">The server cannot be reached, breaks off or does not answer in time.</exception>
    internal Task<T> AskAsync<T>(
        Credentials credentials, Func<SieveConnection, CancellationToken, Task<T>> ask, CancellationToken cancellationToken) =>
        _connections.AskAsync(credentials, null, ask, cancellationToken);

    public void Dispose() => _connections.Dispose();

    Task<SieveConnection> IConnectionRules<SieveConnection>.SignInAsync(Credentials credentials, CancellationToken cancellationToken) =>
        SieveConnection.SignInAsync(
            _options, new SaslMechanismPlain(Encoding.UTF8, credentials.Username, credentials.Password), cancellationToken);

    bool IConnectionRules<SieveConnection>.IsBroken(Exception failure) =>
        failure is IOException or SocketException or SieveProtocolException or System.Security.Authentication.AuthenticationException;

    Exception? IConnectionRules<SieveConnection>.Refusal(Exception failure) => null;

    Exception IConnectionRules<SieveConnection>.Unavailable(Exception failure)
    {
        var reason = failure is OperationCanceledException ? $"nothing within {_options.QuestionTimeout.TotalSeconds:0} s" : failure.Message;
        return new MailUnavailableException($"The Sieve server {_options.Server.Host}:{_options.Server.Port} does not answer as it should ({reason}); try again later.");
    }
}
