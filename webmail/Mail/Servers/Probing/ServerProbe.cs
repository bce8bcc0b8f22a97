using System.Globalization;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MailKit.Security;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Sending;
using Webmail.Mail.Sieve;
using Webmail.Mail.Sieve.Protocol;

namespace Webmail.Mail.Servers.Probing;

/// <summary>
/// Tries the servers of a domain as people would use them: connects, protects the connection, reads what the server can do, and signs
/// in if it is told as whom. Nothing is changed there, and nothing kept here.
/// </summary>
public sealed class ServerProbe(TimeProvider time)
{
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(15);

    public Task<ProbeResult> ImapAsync(MailServers servers, Credentials? credentials, CancellationToken cancellationToken) =>
        TryAsync(servers, servers.Imap, credentials, "an IMAP", ImapAsync, cancellationToken);

    public Task<ProbeResult> SubmissionAsync(MailServers servers, Credentials? credentials, CancellationToken cancellationToken) =>
        TryAsync(servers, servers.Submission, credentials, "a submission", SubmissionAsync, cancellationToken);

    /// <summary>Null if the domain has none.</summary>
    public async Task<ProbeResult?> SieveAsync(MailServers servers, Credentials? credentials, CancellationToken cancellationToken) =>
        servers.Sieve is { } sieve ? await TryAsync(servers, sieve, credentials, "a Sieve", SieveAsync, cancellationToken) : null;

    private async Task<ProbeResult> TryAsync(
        MailServers servers,
        MailServerOptions server,
        Credentials? credentials,
        string kind,
        Func<ProbeState, CancellationToken, Task> tryAsync,
        CancellationToken cancellationToken)
    {
        using var state = new ProbeState(server, credentials is null ? null : servers.To(server, credentials));
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeMax);
        var start = time.GetTimestamp();
        string? problem = null;
        try
        {
            await tryAsync(state, deadline.Token);
        }
        catch (Exception failure) when (IsExpected(failure) && !cancellationToken.IsCancellationRequested)
        {
            problem = state.Certificate.Problem ?? Sentence(state, kind, failure);
        }

        IReadOnlyList<string> words = state.Words.Lines() is { Count: > 0 } lines ? lines : state.Sieve;
        return new ProbeResult(
            server, problem, words, state.Capabilities, state.IsConnected && credentials is not null ? problem is null : null, time.GetElapsedTime(start));
    }

    private static async Task ImapAsync(ProbeState state, CancellationToken cancellationToken)
    {
        using var client = new ImapClient(state.Words) { ServerCertificateValidationCallback = state.Certificate.Accepts };
        await client.ConnectAsync(state.Server, cancellationToken);
        state.Connected(Names(client.Capabilities, client.AuthenticationMechanisms));
        if (state.Login is not null)
        {
            await ImapConnection.AuthenticateAsync(client, state.Login, cancellationToken);
            state.Connected(Names(client.Capabilities, client.AuthenticationMechanisms));
        }

        await client.DisconnectAsync(true, cancellationToken);
    }

    private static async Task SubmissionAsync(ProbeState state, CancellationToken cancellationToken)
    {
        using var client = new SmtpClient(state.Words) { ServerCertificateValidationCallback = state.Certificate.Accepts };
        await client.ConnectAsync(state.Server, cancellationToken);
        state.Connected(Names(client.Capabilities, client.AuthenticationMechanisms));
        if (state.Login is not null)
        {
            await Submitter.AuthenticateAsync(client, state.Login, cancellationToken);
        }

        await client.DisconnectAsync(true, cancellationToken);
    }

    private static async Task SieveAsync(ProbeState state, CancellationToken cancellationToken)
    {
        using var connection = await SieveConnection.ConnectAsync(state.Server, state.Certificate.Accepts, cancellationToken);
        Learn();
        if (state.Login is not null)
        {
            await connection.AuthenticateAsync(state.Login, cancellationToken);
            Learn();
        }

        connection.LogOut();

        void Learn()
        {
            var said = connection.Capabilities;
            state.Sieve = [$"IMPLEMENTATION \"{said.Implementation}\"", $"SASL \"{string.Join(' ', said.Mechanisms)}\"", $"SIEVE \"{string.Join(' ', said.Extensions)}\""];
            state.Connected([.. said.Extensions, .. said.Mechanisms.Select(mechanism => $"AUTH={mechanism}")]);
        }
    }

    private static string[] Names(Enum capabilities, IEnumerable<string> mechanisms) =>
        [.. capabilities.ToString().Split(", ").Order(StringComparer.Ordinal), .. mechanisms.Select(mechanism => $"AUTH={mechanism}")];

    private static bool IsExpected(Exception failure) =>
        failure is IOException or SocketException or TimeoutException or OperationCanceledException or NotSupportedException
            or ProtocolException or CommandException or ServiceNotConnectedException or ServiceNotAuthenticatedException
            or SslHandshakeException or AuthenticationException or System.Security.Authentication.AuthenticationException
            or MailCommandException or SieveProtocolException;

    private static string Sentence(ProbeState state, string kind, Exception failure) => failure switch
    {
        OperationCanceledException => string.Create(CultureInfo.InvariantCulture, $"{state.Server} said nothing more within {TimeMax.TotalSeconds:0} s."),
        SocketException unreachable => $"{state.Server} cannot be reached: {unreachable.Message}.",
        SslHandshakeException or System.Security.Authentication.AuthenticationException =>
            $"No protected connection comes about with {state.Server}; perhaps the port is meant for another kind of protection. {failure.Message}",
        NotSupportedException or MailCommandException => failure.Message,
        _ when state.IsConnected && state.Login is not null => $"The server refuses the sign-in: {failure.Message}",
        _ => $"{state.Server} does not answer as {kind} server does: {failure.Message}",
    };

    /// <summary>What is known so far.</summary>
    private sealed class ProbeState(MailServerOptions server, ServerLogin? login) : IDisposable
    {
        public MailServerOptions Server => server;

        public ServerLogin? Login => login;

        public ServerWords Words { get; } = new();

        public CertificateJudge Certificate { get; } = new(server.Host);

        public IReadOnlyList<string> Sieve { get; set; } = [];

        public IReadOnlyList<string> Capabilities { get; private set; } = [];

        public bool IsConnected { get; private set; }

        public void Connected(IReadOnlyList<string> capabilities) => (IsConnected, Capabilities) = (true, capabilities);

        public void Dispose() => Words.Dispose();
    }
}
