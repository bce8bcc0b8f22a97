using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Appliance.Cli.Clients;
using Appliance.Cli.Lab;

namespace Tests.Lab.CrashPoints;

/// <summary>A request to the sample whose whole answer is known or can be checked.</summary>
internal abstract class Workload
{
    public static IReadOnlyDictionary<string, Workload> All { get; } = new Dictionary<string, Workload>
    {
        ["small GET"] = new FileWorkload("1k.bin", 1_000, packets: 2),
        ["100 MB GET"] = new FileWorkload("100m.bin", 100 << 20, packets: 1_200),
        ["chunked stream"] = new LinesWorkload(),
        ["50 MB POST"] = new UploadWorkload(),
    };

    /// <summary>Packets both ways at the client, as many as there are at least: large segments of a virtual device count as one.</summary>
    public abstract int Packets { get; }

    /// <summary>Sends the request and checks every byte of the answer.</summary>
    public abstract Task ExchangeAsync(HttpConnection connection, CancellationToken cancellationToken);

    protected static string Get(string path) => $"GET {path} HTTP/1.1\r\nHost: {Topology.SampleHost}\r\n\r\n";

    private sealed class FileWorkload(string name, int bytes, int packets) : Workload
    {
        public override int Packets => packets;

        public override async Task ExchangeAsync(HttpConnection connection, CancellationToken cancellationToken)
        {
            await connection.SendAsync(Get($"/files/{name}"), cancellationToken);
            var (head, body) = await connection.ReadAnswerAsync(cancellationToken);
            Assert.Equal(200, head.Status);
            Assert.Equal(bytes, body.Length);
            Assert.Equal(DemoFacts.FileSha256($"/{name}"), Convert.ToHexStringLower(SHA256.HashData(body)));
        }
    }

    /// <summary>Each line is a chunk with its number and a random value: what a second execution made would not fit.</summary>
    private sealed class LinesWorkload : Workload
    {
        private const int Lines = 30_000;

        public override int Packets => 3_600;

        public override async Task ExchangeAsync(HttpConnection connection, CancellationToken cancellationToken)
        {
            await connection.SendAsync(Get($"/lines/{Lines}"), cancellationToken);
            var head = await connection.ReadHeadAsync(cancellationToken);
            Assert.Equal(200, head.Status);
            Assert.Equal("chunked", Assert.Single(head.Fields["transfer-encoding"]));
            var values = new HashSet<Guid>();
            for (var line = 0; line < Lines; line++)
            {
                var parts = Encoding.ASCII.GetString((await ChunkReader.ReadAsync(connection, cancellationToken))!).Split(' ');
                Assert.Equal(line, int.Parse(parts[0], CultureInfo.InvariantCulture));
                Assert.True(values.Add(Guid.ParseExact(parts[1].TrimEnd('\n'), "D")));
            }

            Assert.Null(await ChunkReader.ReadAsync(connection, cancellationToken));
        }
    }

    private sealed class UploadWorkload : Workload
    {
        private static readonly byte[] Bytes = MakeBytes();

        public override int Packets => 900;

        public override async Task ExchangeAsync(HttpConnection connection, CancellationToken cancellationToken)
        {
            var before = SampleUploads.Stored();
            await connection.SendAsync(
                $"POST /uploads HTTP/1.1\r\nHost: {Topology.SampleHost}\r\nContent-Length: {Bytes.Length}\r\n\r\n", cancellationToken);
            await connection.SendAsync(Bytes, cancellationToken);
            await SampleUploads.CheckAnswerAsync(connection, Bytes, before, cancellationToken);
        }

        private static byte[] MakeBytes()
        {
            var bytes = new byte[50 << 20];
            new Random(1).NextBytes(bytes);
            return bytes;
        }
    }
}
