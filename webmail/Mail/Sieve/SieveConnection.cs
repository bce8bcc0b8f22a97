using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using MailKit.Security;
using Webmail.Mail.Connections;
using Webmail.Mail.Imap;
using Webmail.Mail.Servers;
using Webmail.Mail.Sieve.Protocol;

namespace Webmail.Mail.Sieve;

/// <summary>One signed-in ManageSieve connection (RFC 5804). Each command waits for its response.</summary>
internal sealed class SieveConnection : IKeptConnection
{
    private const int ChallengesMax = 8;

    private readonly MailServerOptions _server;
    private SieveStream _stream = new(Stream.Null);

    private SieveConnection(MailServerOptions server) => _server = server;

    public SieveCapabilities Capabilities { get; private set; } = new();

    public DateTimeOffset SignedInAt { get; set; }

    public DateTimeOffset IdleSince { get; set; }

    /// <summary>Over implicit TLS Dovecot's login process overlooks what reaches it while it still sends its greeting, and waits for more (seen
    /// with 2.3.19): a connection on which nothing comes is given up, and another one is mostly luckier.</summary>
    /// <exception cref="MailCommandException">The server refuses the sign-in, or cannot protect it as configured.</exception>
    public static async Task<SieveConnection> SignInAsync(ServerLogin login, SieveOptions options, CancellationToken cancellationToken)
    {
        for (var patience = options.SignInPatience; ; patience *= 2)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            waiting.CancelAfter(patience);
            try
            {
                return await SignInOnceAsync(login, options.CertificateValidation, waiting.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Once more.
            }
        }
    }

    /// <summary>As far as the server's greeting: what it says it can do.</summary>
    /// <exception cref="MailCommandException">The server cannot protect the connection as configured.</exception>
    public static async Task<SieveConnection> ConnectAsync(
        MailServerOptions server, RemoteCertificateValidationCallback? certificateValidation, CancellationToken cancellationToken)
    {
        var socket = await ServerSocket.OpenAsync(server, cancellationToken);
        var connection = new SieveConnection(server);
        try
        {
            connection._stream = new SieveStream(new NetworkStream(socket, ownsSocket: true));
            await connection.GreetAsync(certificateValidation, cancellationToken);
            return connection;
        }
        catch
        {
            connection.Dispose();
            socket.Dispose();
            throw;
        }
    }

    public async Task AuthenticateAsync(ServerLogin login, CancellationToken cancellationToken)
    {
        await AuthenticateAsync(
            login.Mechanism() ?? new SaslMechanismPlain(Encoding.UTF8, login.Credentials.Username, login.Credentials.Password), cancellationToken);
        // A server may offer more to those it knows (RFC 5804 §2.4).
        Learn(await AskAsync(new SieveCommand("CAPABILITY"), cancellationToken));
    }

    public async Task<SieveResponse> AskAsync(SieveCommand command, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(command.ToBytes(), cancellationToken);
        return await _stream.ReadAsync(cancellationToken);
    }

    /// <summary>Says goodbye and ends the connection; nothing the server could answer matters any longer.</summary>
    public void LogOut()
    {
        _stream.WriteLast(new SieveCommand("LOGOUT").ToBytes().Span);
        Dispose();
    }

    public void Dispose() => _stream.Dispose();

    private static async Task<SieveConnection> SignInOnceAsync(
        ServerLogin login, RemoteCertificateValidationCallback? certificateValidation, CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(login.Server, certificateValidation, cancellationToken);
        try
        {
            await connection.AuthenticateAsync(login, cancellationToken);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private async Task GreetAsync(RemoteCertificateValidationCallback? certificateValidation, CancellationToken cancellationToken)
    {
        if (_server.Security == SecureSocketOptions.SslOnConnect)
        {
            await ProtectAsync(certificateValidation, cancellationToken);
        }

        Learn(await _stream.ReadAsync(cancellationToken));
        if (_server.Security != SecureSocketOptions.StartTls)
        {
            return;
        }

        if (!Capabilities.StartTls || !(await AskAsync(new SieveCommand("STARTTLS"), cancellationToken)).Answer.IsOk)
        {
            throw new MailCommandException("The Sieve server does not offer STARTTLS, which the configuration demands.");
        }

        // Whatever came in the clear behind the answer would be taken for the server's protected words.
        if (_stream.HasMore)
        {
            throw new SieveProtocolException("it goes on talking in the clear after STARTTLS");
        }

        await ProtectAsync(certificateValidation, cancellationToken);
        Learn(await _stream.ReadAsync(cancellationToken));
    }

    private async Task ProtectAsync(RemoteCertificateValidationCallback? certificateValidation, CancellationToken cancellationToken)
    {
        var protectedStream = new SslStream(_stream.Inner);
        _stream = new SieveStream(protectedStream);
        await protectedStream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = _server.Host,
                RemoteCertificateValidationCallback = certificateValidation,
            },
            cancellationToken);
    }

    private async Task AuthenticateAsync(SaslMechanism mechanism, CancellationToken cancellationToken)
    {
        if (!Capabilities.Mechanisms.Contains(mechanism.MechanismName, StringComparer.OrdinalIgnoreCase))
        {
            throw new MailCommandException(
                $"The Sieve server offers no sign-in by {mechanism.MechanismName} here, only by [{string.Join(' ', Capabilities.Mechanisms)}]; it may demand TLS.");
        }

        var command = new SieveCommand("AUTHENTICATE").String(mechanism.MechanismName);
        if (mechanism.SupportsInitialResponse)
        {
            command.String(await mechanism.ChallengeAsync(null, cancellationToken));
        }

        await _stream.WriteAsync(command.ToBytes(), cancellationToken);
        for (var challenges = 0; challenges <= ChallengesMax; challenges++)
        {
            var (line, _) = await _stream.ReadLineAsync(cancellationToken);
            switch (line.Answer)
            {
                case { IsOk: true }:
                    return;
                case { } refusal:
                    throw new MailCommandException($"The Sieve server refuses the sign-in: {refusal.Text}");
                default:
                    var challenge = await mechanism.ChallengeAsync(Encoding.ASCII.GetString(line.Tokens[0].Bytes), cancellationToken);
                    await _stream.WriteAsync(SieveCommand.Continuation(challenge), cancellationToken);
                    break;
            }
        }

        throw new SieveProtocolException($"it asks more than {ChallengesMax} times who we are");
    }

    private void Learn(SieveResponse response) =>
        Capabilities = response.Answer.IsOk
            ? SieveCapabilities.Read(response.Lines)
            : throw new SieveProtocolException($"it does not say what it can do: {response.Answer.Text}");
}
