using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Webmail.Mail.Availability;
using Webmail.Mail.Connections;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Servers;
using Webmail.Mail.Sieve.Protocol;

namespace Webmail.Mail.Sieve;

/// <summary>Signed-in ManageSieve connections.</summary>
public sealed class SievePool : IConnectionRules<SieveConnection>, IDisposable
{
    private readonly IMailServers _servers;
    private readonly SieveOptions _options;
    private readonly ConnectionPool<SieveConnection> _connections;

    public SievePool(IMailServers servers, SieveOptions options, TimeProvider time, ILogger<SievePool>? log = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_servers, _options) = (servers, options);
        _connections = new ConnectionPool<SieveConnection>(
            this, new ConnectionLimits(options.ConnectionsPerAccountMax, options.IdleTimeout, options.QuestionTimeout), time, log ?? NullLogger<SievePool>.Instance);
    }

    /// <summary>
    /// Asks on a kept connection, and once more on a fresh one if it broke: what is asked may then have been done already.
    /// </summary>
    /// <exception cref="MailUnavailableException">The server cannot be reached, breaks off or does not answer in time.</exception>
    /// <exception cref="MailUnsupportedException">There is none for this account.</exception>
    internal async Task<T> AskAsync<T>(
        Credentials credentials, Func<SieveConnection, CancellationToken, Task<T>> ask, CancellationToken cancellationToken) =>
        await _connections.AskAsync(await LoginAsync(credentials, cancellationToken), null, ask, cancellationToken);

    /// <summary>How the account's server does, as far as this process knows; null if it has none. Within choices only.</summary>
    /// <exception cref="MailUnavailableException">Which server it is, nobody knows.</exception>
    public async ValueTask<ServerCondition?> ConditionAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        return (await _servers.FindAsync(credentials.Username, cancellationToken)).Sieve is { } sieve ? _connections.Condition(sieve) : null;
    }

    public void Dispose() => _connections.Dispose();

    Task<SieveConnection> IConnectionRules<SieveConnection>.SignInAsync(ServerLogin login, CancellationToken cancellationToken) =>
        SieveConnection.SignInAsync(login, _options, cancellationToken);

    async Task IConnectionRules<SieveConnection>.GreetAsync(ServerLogin login, CancellationToken cancellationToken) =>
        (await SieveConnection.ConnectAsync(login.Server, _options.CertificateValidation, cancellationToken)).Dispose();

    bool IConnectionRules<SieveConnection>.IsBroken(Exception failure) =>
        failure is IOException or SocketException or SieveProtocolException or System.Security.Authentication.AuthenticationException;

    Exception? IConnectionRules<SieveConnection>.Refusal(Exception failure) => null;

    Exception IConnectionRules<SieveConnection>.Unavailable(ServerLogin login, Exception failure)
    {
        var reason = failure is OperationCanceledException ? $"nothing within {_options.QuestionTimeout.TotalSeconds:0} s" : failure.Message;
        return new MailUnavailableException(
            $"The Sieve server {login.Server} does not answer as it should ({reason}). Filters go on sorting mail as they are, but cannot be looked at or changed now.");
    }

    private async ValueTask<ServerLogin> LoginAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        var servers = await _servers.FindAsync(credentials.Username, cancellationToken);
        return servers.Sieve is { } sieve
            ? servers.To(sieve, credentials)
            : throw new MailUnsupportedException("The mail server of this account keeps no filters.");
    }
}
