using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Splice.Daemon.Accept;
using Splice.Daemon.Configuration;
using Splice.Daemon.Tls;
using Splice.Wire.Tls;

namespace Tests.Unit.Splice;

public sealed class DaemonTlsHandshakeTests : IDisposable
{
    private const string Request = "GET /inbox HTTP/1.1\r\nHost: webmail.lab\r\n\r\n";
    private readonly DaemonTlsCertificates _files = new();

    [Theory]
    [InlineData(TlsCipherSuite.TLS_AES_128_GCM_SHA256)]
    [InlineData(TlsCipherSuite.TLS_AES_256_GCM_SHA384)]
    [InlineData(TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256)]
    public async Task Secrets_OfEachSuite_OpenTheRequestAndSealTheAnswer(TlsCipherSuite suite)
    {
        using var pair = await PairAsync(_files.Make("one", "webmail.lab"));
        var connection = await pair.ShakeHandsAsync(DaemonTlsPair.Options("webmail.lab", suite));

        await pair.Stream.WriteAsync(Encoding.ASCII.GetBytes(Request), Stop);
        var reading = await HeadReader.ReadAsync(pair.Server, connection.Secrets, new LimitsConfig(), Stop);
        var answer = HttpAnswer.For(HttpAnswer.Unavailable);
        await pair.Server.SendAsync(AnswerSeal.Seal(connection.Secrets, answer.Bytes), Stop);
        var heard = await ReadToEndAsync(pair);

        Assert.Equal(suite, connection.Secrets.Suite);
        Assert.Equal(4, connection.Secrets.Ticket.Span[0]);
        Assert.Equal(("GET", "/inbox", "webmail.lab"), (reading.Head!.Method, reading.Head.Target, reading.Head.Host));
        Assert.Equal((byte)TlsContentType.ApplicationData, reading.Bytes[0]);
        Assert.Equal(Request.Length + RecordProtection.OverheadBytes, reading.Bytes.Length);
        Assert.Equal(answer.Bytes, heard);
        Assert.Equal((1, 0), (pair.Counters.Ok, pair.Counters.Running));
    }

    [Fact]
    public async Task RsaCertificate_IsShown()
    {
        using var pair = await PairAsync(_files.MakeRsa("rsa", "webmail.lab"));

        var connection = await pair.ShakeHandsAsync(DaemonTlsPair.Options("webmail.lab"));

        Assert.Equal(("webmail.lab", "CN=rsa"), (connection.ServerName, pair.Shown));
    }

    [Theory]
    [InlineData("mail.lab", "CN=mail")]
    [InlineData("MAIL.lab", "CN=mail")]
    [InlineData("a.wild.lab", "CN=wild")]
    [InlineData("known.wild.lab", "CN=known")]
    [InlineData("a.b.wild.lab", "CN=first")]
    [InlineData("wild.lab", "CN=first")]
    [InlineData("elsewhere.lab", "CN=first")]
    [InlineData("", "CN=first")]
    public async Task Certificate_IsChosenByName(string name, string subject)
    {
        using var pair = await PairAsync(
            _files.Make("first", "webmail.lab", "10.77.0.100"), _files.Make("mail", "mail.lab"),
            _files.Make("wild", "*.wild.lab"), _files.Make("known", "known.wild.lab"));

        await pair.ShakeHandsAsync(DaemonTlsPair.Options(name));

        Assert.Equal(subject, pair.Shown);
    }

    [Fact]
    public async Task Alpn_WithHttp11_IsAnswered()
    {
        using var pair = await PairAsync(_files.Make("one", "webmail.lab"));

        var connection = await pair.ShakeHandsAsync(DaemonTlsPair.Options("webmail.lab", alpn: ["h2", "http/1.1"]));

        Assert.Equal("http/1.1", connection.Alpn);
        Assert.Equal(SslApplicationProtocol.Http11, pair.Stream.NegotiatedApplicationProtocol);
    }

    [Fact]
    public async Task Alpn_WithoutHttp11_IsRefusedWithAnAlert()
    {
        using var pair = await PairAsync(_files.Make("one", "webmail.lab"));

        var (failure, heard) = await pair.RefuseAsync(DaemonTlsPair.Options("webmail.lab", alpn: ["h2"]));

        Assert.Equal(HandshakeFailure.ApplicationProtocol, failure);
        Assert.Contains("no application protocol", heard, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Tls12_IsRefusedWithAnAlert()
    {
        using var pair = await PairAsync(_files.Make("one", "webmail.lab"));

        var (failure, heard) = await pair.RefuseAsync(DaemonTlsPair.Options("webmail.lab", protocols: SslProtocols.Tls12));

        Assert.Equal(HandshakeFailure.Version, failure);
        Assert.Contains("protocol version", heard, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Client_ThatDistrustsTheCertificate_IsCounted()
    {
        const byte UnknownCa = 48;
        var files = _files.Make("one", "webmail.lab");
        using var pair = await PairAsync(files);

        // Before its Finished a client has no need of keys to say so.
        await pair.Client.SendAsync(await ClientHelloAsync(files), Stop);
        await pair.Client.SendAsync(new byte[] { (byte)TlsContentType.Alert, 3, 3, 0, 2, 2, UnknownCa }, Stop);
        var outcome = await pair.AcceptAsync();

        Assert.Equal(HandshakeFailure.ClientAlert, outcome.Failure);
        Assert.Equal(1, pair.Counters.Failed(HandshakeFailure.ClientAlert));
    }

    [Fact]
    public async Task Handshakes_BeyondTheMost_WaitForAPlace()
    {
        var files = _files.Make("one", "webmail.lab");
        using var pair = await DaemonTlsPair.ConnectAsync(DaemonTlsPair.Config(files) with { HandshakesMax = 1 });
        using var other = await PairAsync(files);

        // It has sent its hello and says nothing more: it has the place, and the second gets it when the first is over.
        await other.Client.SendAsync(await ClientHelloAsync(files), Stop);
        var stuck = pair.AcceptAsync(other.Server);
        while (pair.Counters.Running == 0)
        {
            await Task.Yield();
        }

        var waiting = pair.ShakeHandsAsync(DaemonTlsPair.Options("webmail.lab"));
        Assert.False(waiting.IsCompleted);
        other.Client.Shutdown(SocketShutdown.Send);

        Assert.Equal(HandshakeFailure.Closed, (await stuck).Failure);
        Assert.NotNull(await waiting);
    }

    [Fact]
    public async Task Handshake_ThatIsSlow_TimesOut()
    {
        using var pair = await DaemonTlsPair.ConnectAsync(
            DaemonTlsPair.Config(_files.Make("one", "webmail.lab")) with { HandshakeTimeout = TimeSpan.FromMilliseconds(50) });

        await pair.Client.SendAsync(new byte[] { 22, 3, 1 }, Stop);
        var outcome = await pair.AcceptAsync();

        Assert.Equal(HandshakeFailure.Timeout, outcome.Failure);
        Assert.Equal(1, pair.Counters.Failed(HandshakeFailure.Timeout));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n", HandshakeFailure.NotTls)]
    [InlineData("\u0016\u0003\u0001\u0000\u0004\u0009\u0009\u0009\u0009", HandshakeFailure.Protocol)]
    [InlineData("\u0016\u0003\u0001\u0000\u0000", HandshakeFailure.NotTls)]
    [InlineData("\u0016\u0003\u0001\u00ff\u00ff", HandshakeFailure.NotTls)]
    [InlineData("", HandshakeFailure.Closed)]
    public async Task Garbage_IsRefused(string sent, HandshakeFailure failure)
    {
        using var pair = await PairAsync(_files.Make("one", "webmail.lab"));

        await pair.Client.SendAsync(Encoding.Latin1.GetBytes(sent), Stop);
        pair.Client.Shutdown(SocketShutdown.Send);
        var outcome = await pair.AcceptAsync();

        Assert.Equal((null, failure), (outcome.Connection, outcome.Failure));
    }

    [Fact]
    public async Task ClientThatSaysTooMuch_IsRefused()
    {
        using var pair = await DaemonTlsPair.ConnectAsync(
            DaemonTlsPair.Config(_files.Make("one", "webmail.lab")) with { HandshakeBytesMax = 100 });

        var accepting = pair.AcceptAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => pair.Stream.AuthenticateAsClientAsync(DaemonTlsPair.Options("webmail.lab"), Stop));

        Assert.Equal(HandshakeFailure.TooLong, (await accepting).Failure);
    }

    public void Dispose() => _files.Dispose();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Task<DaemonTlsPair> PairAsync(params CertificateConfig[] certificates) =>
        DaemonTlsPair.ConnectAsync(DaemonTlsPair.Config(certificates));

    /// <summary>The first TLS record of a client, which nobody answers.</summary>
    private static async Task<byte[]> ClientHelloAsync(CertificateConfig files)
    {
        using var pair = await PairAsync(files);
        var unanswered = pair.Stream.AuthenticateAsClientAsync(DaemonTlsPair.Options("webmail.lab"), Stop);
        using var reader = new HandshakeRecordReader(pair.Server, RecordProtection.RecordBytesMax);
        var record = (await reader.ReadAsync(Stop)).ToArray();
        pair.Server.Shutdown(SocketShutdown.Both);
        await Assert.ThrowsAnyAsync<Exception>(() => unanswered);
        return record;
    }

    private static async Task<byte[]> ReadToEndAsync(DaemonTlsPair pair)
    {
        using var heard = new MemoryStream();
        await pair.Stream.CopyToAsync(heard, Stop);
        return heard.ToArray();
    }
}
