using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Splice.Daemon.Configuration;
using Splice.Daemon.Telemetry;
using Splice.Daemon.Tls;

namespace Tests.Unit.Splice;

/// <summary>Both ends of a connection on loopback: a client of .NET's, and spliced's side of the handshake.</summary>
internal sealed class DaemonTlsPair : IDisposable
{
    private readonly Meter _meter = new("Tests");
    private readonly TlsAcceptor _acceptor;

    private DaemonTlsPair(Socket client, Socket server, TlsConfig config, TimeProvider time)
    {
        (Client, Server) = (client, server);
        Certificates = new CertificateStore(config, time, NullLogger<CertificateStore>.Instance);
        // A cluster key of its own: .NET's client would resume the session of another test, and be shown no certificate.
        _acceptor = new TlsAcceptor(config, Certificates, new TicketKeys(RandomNumberGenerator.GetBytes(32), time), Counters, new Durations(_meter));
        Stream = new SslStream(new NetworkStream(client, false), false, (_, certificate, _, _) =>
        {
            Shown = certificate?.Subject;
            return Shown is not null;
        });
    }

    public Socket Client { get; }

    public Socket Server { get; }

    public SslStream Stream { get; }

    public HandshakeCounters Counters { get; } = new();

    public CertificateStore Certificates { get; }

    /// <summary>Subject of the certificate that the client was shown.</summary>
    public string? Shown { get; private set; }

    public static async Task<DaemonTlsPair> ConnectAsync(TlsConfig config)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(listener.LocalEndPoint!);
        return new DaemonTlsPair(client, await listener.AcceptAsync(), config, TimeProvider.System);
    }

    public static TlsConfig Config(params CertificateConfig[] certificates) => new() { Port = 443, Certificates = certificates };

    public static SslClientAuthenticationOptions Options(
        string name = "", TlsCipherSuite? suite = null, SslProtocols protocols = SslProtocols.Tls13, params string[] alpn) => new()
    {
        TargetHost = name,
        EnabledSslProtocols = protocols,
        CipherSuitesPolicy = suite is { } only ? new CipherSuitesPolicy([only]) : null,
        ApplicationProtocols = alpn.Length == 0 ? null : alpn.Select(protocol => new SslApplicationProtocol(protocol)).ToList(),
    };

    public Task<HandshakeOutcome> AcceptAsync() => AcceptAsync(Server);

    public Task<HandshakeOutcome> AcceptAsync(Socket server) => _acceptor.AcceptAsync(server, TestContext.Current.CancellationToken);

    /// <summary>Both sides of a handshake that comes to an end.</summary>
    public async Task<TlsConnection> ShakeHandsAsync(SslClientAuthenticationOptions options)
    {
        var accepting = AcceptAsync();
        await Stream.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken);
        var outcome = await accepting;
        Assert.True(outcome.Connection is not null, $"{outcome.Failure}: {outcome.Reason}");
        return outcome.Connection;
    }

    /// <summary>A handshake that spliced refuses; returns what the client heard.</summary>
    public async Task<(HandshakeFailure Failure, string Heard)> RefuseAsync(SslClientAuthenticationOptions options)
    {
        var accepting = AcceptAsync();
        var heard = await Assert.ThrowsAsync<AuthenticationException>(
            () => Stream.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken));
        var outcome = await accepting;
        Assert.Null(outcome.Connection);
        return (outcome.Failure, heard.ToString());
    }

    public void Dispose()
    {
        Stream.Dispose();
        Client.Dispose();
        Server.Dispose();
        _acceptor.Dispose();
        _meter.Dispose();
    }
}
