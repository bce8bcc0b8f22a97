using System.Net;
using System.Net.Sockets;
using System.Text;
using MailKit.Security;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Sieve;

namespace Tests.Unit.Webmail.Sieve;

/// <summary>Servers that do what Dovecot does not: each ends in one clear error, in bounded memory and time.</summary>
public sealed class HostileServerTests
{
    private const string Hello = "\"IMPLEMENTATION\" \"x\"\r\n\"SASL\" \"PLAIN\"\r\nOK\r\n";
    private const string SignedIn = Hello + "OK\r\n" + Hello;

    private static readonly Credentials User = new("a", "b");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("BYE \"too many connections\"\r\n")]
    [InlineData("NO \"not today\"\r\n")]
    [InlineData("* OK IMAP4rev1\r\n")]
    [InlineData("220 smtp.example.org ESMTP\r\n")]
    [InlineData("\0\0\0\0\r\n")]
    [InlineData(Hello + "BYE \"tired\"\r\n")]
    [InlineData(Hello + "\"YQ==\"\r\n\"YQ==\"\r\n\"YQ==\"\r\n\"YQ==\"\r\n\"YQ==\"\r\n\"YQ==\"\r\n\"YQ==\"\r\n\"YQ==\"\r\n\"YQ==\"\r\n\"YQ==\"\r\n")]
    [InlineData(SignedIn + "{999999999999}\r\n")]
    [InlineData(SignedIn + "{5}x\r\nhello\r\nOK\r\n")]
    [InlineData(SignedIn + "{-1}\r\nOK\r\n")]
    [InlineData(SignedIn + "{3}\r\nabcdef\r\nOK\r\n")]
    [InlineData(SignedIn + "{300}\r\nabc\r\nOK\r\n")]
    [InlineData(SignedIn + "\"open\r\nOK\r\n")]
    [InlineData(SignedIn + "OK (WARNINGS\r\n")]
    [InlineData(SignedIn + "OK ((((((((((((((((((((((((((((((((((((((((((\r\n")]
    [InlineData(SignedIn + "OK\n")]
    public async Task Ask_BrokenResponse_IsUnavailable(string script)
    {
        using var server = new ScriptedServer(Encoding.Latin1.GetBytes(script));

        var failure = await Assert.ThrowsAsync<MailUnavailableException>(() => ListAsync(server));

        Assert.Contains($":{server.Port}", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"")]
    [InlineData("x")]
    [InlineData("\"a\" ")]
    [InlineData("\"a\"\r\n")]
    [InlineData("{1}\r\n1\r\n")]
    [InlineData("{1048576}\r\n")]
    [InlineData("{8}\r\n01234567 ")]
    public async Task Ask_ResponseWithoutEnd_IsUnavailable(string repeated)
    {
        using var server = new ScriptedServer(Encoding.Latin1.GetBytes(SignedIn), Encoding.Latin1.GetBytes(repeated));

        await Assert.ThrowsAsync<MailUnavailableException>(() => ListAsync(server));
    }

    [Fact]
    public async Task Ask_NoResponse_IsUnavailableAfterItsTime()
    {
        using var server = new ScriptedServer(Encoding.Latin1.GetBytes(SignedIn), []);

        var failure = await Assert.ThrowsAsync<MailUnavailableException>(() => ListAsync(server, new SieveOptions { QuestionTimeout = TimeSpan.FromMilliseconds(200) }));

        Assert.Contains("nothing within", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_OverlookedByTheServer_IsTriedOnAnotherConnection()
    {
        using var server = new ScriptedServer(Encoding.Latin1.GetBytes(SignedIn + "OK\r\n"), []) { Deaf = 2 };
        var options = new SieveOptions { SignInPatience = TimeSpan.FromMilliseconds(100) };

        Assert.Empty(await ListAsync(server, options));
    }

    [Theory]
    [InlineData("\"SASL\" \"PLAIN\"\r\nOK\r\n")]
    [InlineData("\"STARTTLS\"\r\nOK\r\nNO\r\n")]
    public async Task SignIn_WithoutStartTlsThoughDemanded_SendsNoPassword(string script)
    {
        using var server = new ScriptedServer(Encoding.Latin1.GetBytes(script));

        await Assert.ThrowsAsync<MailCommandException>(() => ListAsync(server, security: SecureSocketOptions.StartTls));

        Assert.DoesNotContain("AUTHENTICATE", server.Received, StringComparison.Ordinal);
    }

    /// <summary>What an attacker puts behind the answer must not be taken for the server's own words (CVE-2011-0411).</summary>
    [Fact]
    public async Task SignIn_WordsInTheClearBehindStartTls_AreRefused()
    {
        using var server = new ScriptedServer(Encoding.Latin1.GetBytes("\"STARTTLS\"\r\nOK\r\nOK\r\n" + Hello));

        var failure = await Assert.ThrowsAsync<MailUnavailableException>(() => ListAsync(server, security: SecureSocketOptions.StartTls));

        Assert.Contains("in the clear", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_MechanismNotOffered_SendsNoPassword()
    {
        using var server = new ScriptedServer("\"SASL\" \"SCRAM-SHA-1\"\r\nOK\r\n"u8.ToArray());

        var failure = await Assert.ThrowsAsync<MailCommandException>(() => ListAsync(server));

        Assert.Contains("SCRAM-SHA-1", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("AUTHENTICATE", server.Received, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<ListedScript>> ListAsync(
        ScriptedServer server, SieveOptions? options = null, SecureSocketOptions security = SecureSocketOptions.None)
    {
        var servers = new OneMailServer(new MailServerOptions("127.0.0.1", server.Port, security));
        using var pool = new SievePool(servers, options ?? new SieveOptions { QuestionTimeout = TimeSpan.FromSeconds(20) }, TimeProvider.System);
        return await pool.AskAsync(User, (connection, token) => connection.ListAsync(token), Cancelled);
    }

    /// <summary>Says its script at once, whatever it is asked; then ends, or goes on for ever.</summary>
    private sealed class ScriptedServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly byte[] _script;
        private readonly byte[]? _repeated;
        private readonly StringBuilder _received = new();
        private readonly Task _serving;

        /// <param name="script">What it says.</param>
        /// <param name="repeated">What it goes on saying; nothing to stay silent, null to end.</param>
        public ScriptedServer(byte[] script, byte[]? repeated = null)
        {
            (_script, _repeated) = (script, repeated);
            _listener.Start();
            _serving = ServeAsync();
        }

        /// <summary>The first so many connections hear a greeting, and no answer.</summary>
        public int Deaf { get; init; }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public string Received
        {
            get
            {
                lock (_received)
                {
                    return _received.ToString();
                }
            }
        }

        public void Dispose()
        {
            _listener.Stop();
            _ = _serving.Exception;
        }

        private async Task ServeAsync()
        {
            try
            {
                for (var connections = 0; ; connections++)
                {
                    var socket = await _listener.AcceptSocketAsync();
                    _ = TalkAsync(socket, connections < Deaf ? Encoding.Latin1.GetBytes(Hello) : _script);
                }
            }
            catch (SocketException)
            {
                // The test is over.
            }
        }

        private async Task TalkAsync(Socket socket, byte[] script)
        {
            using (socket)
            {
                try
                {
                    var listening = ListenAsync(socket);
                    await socket.SendAsync(script);
                    var more = _repeated is { Length: > 0 } text ? Enumerable.Repeat(text, 1 + 64 * 1024 / text.Length).SelectMany(one => one).ToArray() : [];
                    while (more.Length > 0)
                    {
                        await socket.SendAsync(more);
                    }

                    if (_repeated is null)
                    {
                        socket.Shutdown(SocketShutdown.Send);
                    }

                    await listening;
                }
                catch (SocketException)
                {
                    // The client has had enough.
                }
            }
        }

        private async Task ListenAsync(Socket socket)
        {
            var buffer = new byte[4096];
            for (int read; (read = await socket.ReceiveAsync(buffer)) > 0;)
            {
                lock (_received)
                {
                    _received.Append(Encoding.Latin1.GetString(buffer, 0, read));
                }
            }
        }
    }
}
