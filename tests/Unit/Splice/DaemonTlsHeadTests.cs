using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Splice.Daemon.Accept;
using Splice.Daemon.Configuration;
using Splice.Wire.Tls;

namespace Tests.Unit.Splice;

public sealed class DaemonTlsHeadTests : IDisposable
{
    private static readonly TlsSecrets Secrets = new(
        TlsCipherSuite.TLS_AES_128_GCM_SHA256, RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));

    private readonly RecordProtection _protection = new(Secrets.Suite, Secrets.Client.Span, 0, 0);
    private readonly LimitsConfig _limits = new();

    [Fact]
    public async Task Head_InManyRecordsAfterAKeyUpdate_IsRead()
    {
        var update = Record(TlsContentType.Handshake, 24, 0, 0, 1, 0);
        _protection.Update();
        byte[] wire = [.. update, .. Text("GET / HT"), .. Text("TP/1.1\r\nHost: a"), .. Text("\r\n\r\n")];

        var reading = await ReadAsync(wire);

        Assert.Equal("a", reading.Head!.Host);
        Assert.Equal(wire, reading.Bytes);
    }

    [Fact]
    public async Task Head_WithPartOfABodyRecord_IsReadWithoutTheRest()
    {
        var head = Text("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n");
        byte[] wire = [.. head, .. Text(new string('x', 9999)).AsSpan(0, 7)];

        var reading = await ReadAsync(wire, false);

        Assert.Equal(9999, reading.Head!.BodyBytes);
        Assert.Equal(wire, reading.Bytes);
    }

    [Fact]
    public async Task HeadBeforeALargeBody_InOneRecord_IsRead()
    {
        var reading = await ReadAsync(Text("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 16000\r\n\r\n" + new string('x', 16000)));

        Assert.Equal("a", reading.Head!.Host);
    }

    [Fact]
    public async Task NoRequest_IsAnswered400()
    {
        Assert.Equal(400, (await ReadAsync(Text("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"))).Status);
    }

    [Fact]
    public async Task Head_TooLong_IsAnswered431()
    {
        byte[] wire = [.. Text("GET / HTTP/1.1\r\nX: "), .. Text(new string('x', 16000)), .. Text(new string('x', 16000)), .. Text(new string('x', 16000))];

        Assert.Equal(431, (await ReadAsync(wire)).Status);
    }

    [Fact]
    public async Task Head_InTinyRecords_IsAnswered431()
    {
        var wire = Enumerable.Range(0, 4000).SelectMany(i => Text(i == 0 ? "G" : "E")).ToArray();

        Assert.Equal(431, (await ReadAsync(wire)).Status);
    }

    [Fact]
    public async Task CloseNotifyBeforeAHead_IsNotAnswered()
    {
        byte[] wire = [.. Text("GET / HTTP/1.1\r\n"), .. Record(TlsContentType.Alert, 1, 0)];

        var reading = await ReadAsync(wire, false);

        Assert.Equal((null, 0), (reading.Head, reading.Status));
    }

    [Fact]
    public async Task DamagedRecord_IsNotAnswered()
    {
        var wire = Text("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        wire[^1] ^= 1;

        var reading = await ReadAsync(wire, false);

        Assert.Equal((null, 0), (reading.Head, reading.Status));
    }

    public void Dispose() => _protection.Dispose();

    private byte[] Text(string text) => Record(TlsContentType.ApplicationData, Encoding.ASCII.GetBytes(text));

    private byte[] Record(TlsContentType type, params byte[] content)
    {
        var record = new byte[content.Length + RecordProtection.OverheadBytes];
        _protection.Seal(type, content, record);
        return record;
    }

    private async Task<HeadReading> ReadAsync(byte[] wire, bool close = true)
    {
        var stop = TestContext.Current.CancellationToken;
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!, stop);
        using var server = await listener.AcceptAsync(stop);
        var reading = HeadReader.ReadAsync(server, Secrets, _limits, stop);
        await client.SendAsync(wire, stop);
        if (close)
        {
            client.Shutdown(SocketShutdown.Send);
        }

        return await reading;
    }
}
