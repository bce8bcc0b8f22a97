using System.Diagnostics;
using System.Net.Sockets;
using Splice.Daemon.Kernel;
using Splice.Wire.Abi;

namespace Tests.Kernel.Live;

/// <summary>Real connections over veth: GSO packets with unfinished checksums, as production has them.</summary>
public sealed class LiveSpliceTests(CompiledObject compiled)
{
    private const int DownloadBytes = 1 << 30;
    private const int UploadBytes = 64 << 20;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Connection_Spliced_CarriesBothStreamsUnharmedAndEnds(bool v6)
    {
        using var topology = new Topology(compiled, v6);
        using var splice = new HandMadeSplice(topology, [1, 2, 3]);

        splice.Client.Send([4]);
        Assert.Equal([1, 2, 3, 4], ReadExactly(splice.Backend, 4));

        var down = Transfer(splice.Backend, splice.Client, DownloadBytes);
        var up = Transfer(splice.Client, splice.Backend, UploadBytes);
        Assert.True(SpinWait.SpinUntil(() => splice.InputBytes == 1 + UploadBytes, TimeSpan.FromSeconds(5)));

        splice.Backend.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, splice.Client.Receive(new byte[1]));
        Assert.Equal(0ul, topology.Program.Drops.Read()[(int)SpliceDrop.UnknownFlow]);
        Assert.Equal(0ul, topology.Program.Drops.Read()[(int)SpliceDrop.Malformed]);

        var (directDown, directUp) = Direct(topology);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"spliced: down {Rate(DownloadBytes, down)}, up and logged {Rate(UploadBytes, up)}; " +
            $"routed: down {Rate(DownloadBytes, directDown)}, up {Rate(UploadBytes, directUp)}; drops {string.Join(' ', topology.Program.Drops.Read())}");
    }

    [Fact]
    public async Task Connection_SplicedRestartsMidway_DoesNotNotice()
    {
        using var topology = new Topology(compiled, v6: false);
        using var splice = new HandMadeSplice(topology, [1]);
        splice.Client.Send([2]);
        Assert.Equal([1, 2], ReadExactly(splice.Backend, 2));

        var download = Task.Run(() => Transfer(splice.Backend, splice.Client, DownloadBytes), TestContext.Current.CancellationToken);
        for (var restarts = 0; restarts < 5; restarts++)
            topology.Restart();
        splice.Log();

        await download.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Transfer(splice.Client, splice.Backend, UploadBytes);
        Assert.Equal(SpliceState.Forward, splice.Flow.State);
        var refused = Assert.Throws<KernelException>(() => topology.Load(flowsMax: 128));
        Assert.Contains("flowsMax is 128", refused.Message);
    }

    private static (TimeSpan Down, TimeSpan Up) Direct(Topology topology)
    {
        using var listener = Topology.Listen(topology.BackendSpace, topology.Backend);
        using var client = Topology.Connect(topology.ClientSpace, topology.Backend);
        using var backend = listener.Accept();
        return (Transfer(backend, client, DownloadBytes), Transfer(client, backend, UploadBytes));
    }

    private static TimeSpan Transfer(Socket from, Socket to, int bytes)
    {
        var watch = Stopwatch.StartNew();
        var sender = Task.Run(() =>
        {
            var block = Pattern(0);
            for (var sent = 0; sent < bytes;)
                sent += from.Send(block.AsSpan(sent % PeriodBytes, Math.Min(PeriodBytes - sent % PeriodBytes, bytes - sent)));
        });
        var expected = Pattern(0);
        var buffer = new byte[PeriodBytes];
        for (var read = 0; read < bytes;)
        {
            var at = read % PeriodBytes;
            var got = to.Receive(buffer, 0, Math.Min(PeriodBytes - at, bytes - read), SocketFlags.None);
            Assert.NotEqual(0, got);
            Assert.True(buffer.AsSpan(0, got).SequenceEqual(expected.AsSpan(at, got)), $"the stream differs near offset {read}");
            read += got;
        }

        Assert.True(sender.Wait(TimeSpan.FromSeconds(10)));
        return watch.Elapsed;
    }

    private const int PeriodBytes = 251 * 1021; // prime factors: no packet or buffer size divides it

    private static byte[] Pattern(int seed)
    {
        var bytes = new byte[PeriodBytes];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[] ReadExactly(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
            at += socket.Receive(bytes, at, count - at, SocketFlags.None);
        return bytes;
    }

    private static string Rate(long bytes, TimeSpan time) => $"{bytes / time.TotalSeconds / 1e9:0.00} GB/s";
}
