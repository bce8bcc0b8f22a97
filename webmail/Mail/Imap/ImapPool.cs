using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Webmail.Mail.Availability;
using Webmail.Mail.Connections;
using Webmail.Mail.Seams;
using Webmail.Mail.Servers;

namespace Webmail.Mail.Imap;

/// <summary>Signed-in IMAP connections.</summary>
public sealed class ImapPool : IConnectionRules<ImapConnection>, IDisposable
{
    private readonly IMailServers _servers;
    private readonly ImapOptions _options;
    private readonly ConnectionPool<ImapConnection> _connections;

    public ImapPool(IMailServers servers, ImapOptions options, TimeProvider time, ILogger<ImapPool>? log = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_servers, _options) = (servers, options);
        _connections = new ConnectionPool<ImapConnection>(
            this, new ConnectionLimits(options.ConnectionsPerAccountMax, options.IdleTimeout, options.QuestionTimeout), time, log ?? NullLogger<ImapPool>.Instance);
    }

    /// <summary>Asks on a pooled connection, preferring one that has the mailbox open; asks again on a fresh one if it broke.</summary>
    internal async Task<T> AskAsync<T>(
        Credentials credentials,
        string? mailbox,
        Func<ImapConnection, CancellationToken, Task<T>> ask,
        CancellationToken cancellationToken) =>
        await _connections.AskAsync(
            await LoginAsync(credentials, cancellationToken),
            mailbox is null ? null : connection => connection.OpenMailbox == mailbox,
            ask,
            cancellationToken);

    /// <summary>Asks the server whether the password is right now.</summary>
    /// <exception cref="MailRefusedException">It is not.</exception>
    /// <exception cref="MailUnavailableException">The server does not say.</exception>
    public async Task VerifyAsync(Credentials credentials, CancellationToken cancellationToken) =>
        await _connections.SignInAsync(await LoginAsync(credentials, cancellationToken), cancellationToken);

    /// <summary>A connection beside the pool, for whoever keeps it for long.</summary>
    internal async Task<ImapConnection> OpenOwnAsync(Credentials credentials, CancellationToken cancellationToken) =>
        await ImapConnection.SignInAsync(_options, await LoginAsync(credentials, cancellationToken), cancellationToken);

    /// <summary>How the account's server does, as far as this process knows. Within choices only.</summary>
    /// <exception cref="MailUnavailableException">Which server it is, nobody knows.</exception>
    public async ValueTask<ServerCondition> ConditionAsync(Credentials credentials, CancellationToken cancellationToken) =>
        _connections.Condition((await LoginAsync(credentials, cancellationToken)).Server);

    public void Dispose() => _connections.Dispose();

    Task<ImapConnection> IConnectionRules<ImapConnection>.SignInAsync(ServerLogin login, CancellationToken cancellationToken) =>
        ImapConnection.SignInAsync(_options, login, cancellationToken);

    async Task IConnectionRules<ImapConnection>.GreetAsync(ServerLogin login, CancellationToken cancellationToken)
    {
        using var client = new ImapClient();
        await client.ConnectAsync(login.Server, cancellationToken);
    }

    bool IConnectionRules<ImapConnection>.IsBroken(Exception failure) =>
        failure is IOException or ImapProtocolException or ServiceNotConnectedException or ServiceNotAuthenticatedException
            or SslHandshakeException or System.Net.Sockets.SocketException or TimeoutException or SignInPutOffException;

    // Our own types carry everything in their message, so that a journal can remember them.
    Exception? IConnectionRules<ImapConnection>.Refusal(Exception failure) => failure switch
    {
        FolderNotFoundException missing => new MailNotFoundException($"There is no mailbox {missing.FolderName}."),
        ImapCommandException command => new MailCommandException($"The mail server refused: {command.ResponseText}"),
        MessageNotFoundException => new MailNotFoundException("The message is not there any longer."),
        MailNotFoundException => failure,
        _ => null,
    };

    Exception IConnectionRules<ImapConnection>.Unavailable(ServerLogin login, Exception failure) => new MailUnavailableException(
        failure is SignInPutOffException
            ? $"The mail server {login.Server} does not let {login.Credentials.Username} sign in now ({failure.Message})."
            : $"The mail server {login.Server} does not answer ({failure.Message}).");

    private async ValueTask<ServerLogin> LoginAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        var servers = await _servers.FindAsync(credentials.Username, cancellationToken);
        return servers.To(servers.Imap, credentials) with { ConnectionsMax = servers.ConnectionsPerAccountMax, Compresses = servers.CompressesImap };
    }
}
