using System.Net.Sockets;
using Splice.Daemon.Tls;

namespace Tests.Unit.Splice.Fuzzing;

/// <summary>What anybody on the network may send before there is a connection.</summary>
public sealed class HandshakeRecordFuzzTests : IDisposable
{
    private const int BytesMax = 6000;
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"fuzz-{Guid.NewGuid():n}.sock");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public HandshakeRecordFuzzTests()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen();
    }

    [Fact]
    public async Task HandshakeRecords_AsAPlainReaderFindsThem() => await Fuzz.RunAsync(
        "HandshakeRecords",
        async bytes =>
        {
            using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await client.ConnectAsync(new UnixDomainSocketEndPoint(_path), TestContext.Current.CancellationToken);
            using var server = await _listener.AcceptAsync(TestContext.Current.CancellationToken);
            await client.SendAsync(bytes, TestContext.Current.CancellationToken);
            client.Shutdown(SocketShutdown.Send);
            var (expected, why) = Plain(bytes);
            using var reader = new HandshakeRecordReader(server, BytesMax);

            foreach (var record in expected)
            {
                var read = await reader.ReadAsync(TestContext.Current.CancellationToken);
                Assert.Equal(Convert.ToHexString(record), Convert.ToHexString(read.Span));
            }

            Assert.True((await reader.ReadAsync(TestContext.Current.CancellationToken)).IsEmpty);
            Assert.Equal(why, reader.Failure);
        },
        casesPerSeed: 250);

    public void Dispose()
    {
        _listener.Dispose();
        File.Delete(_path);
    }

    private static (List<byte[]> Records, HandshakeFailure Why) Plain(byte[] bytes)
    {
        var records = new List<byte[]>();
        for (var at = 0; ;)
        {
            if (bytes.Length - at < 5)
            {
                return (records, HandshakeFailure.Closed);
            }

            var length = 5 + 256 * bytes[at + 3] + bytes[at + 4];
            if (bytes[at] is < 20 or > 23 || bytes[at + 1] != 3 || length == 5 || length > 5 + 16384 + 256)
            {
                return (records, HandshakeFailure.NotTls);
            }

            if (at + length > BytesMax)
            {
                return (records, HandshakeFailure.TooLong);
            }

            if (at + length > bytes.Length)
            {
                return (records, HandshakeFailure.Closed);
            }

            records.Add(bytes[at..(at + length)]);
            at += length;
        }
    }
}
