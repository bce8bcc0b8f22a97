using System.Net;
using System.Net.Sockets;
using Appliance.Cli.Lab;
using Splice.Wire;

namespace Tests.Lab.Replay;

/// <summary>The test as proxy and client of one request: preamble, request, the end of the input, and the whole answer.</summary>
internal sealed class BackendLeg : IDisposable
{
    private const int BufferBytes = 64 * 1024;
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(15);
    private static readonly IPEndPoint Client = IPEndPoint.Parse("10.77.0.10:40000");
    private static readonly IPEndPoint Virtual = IPEndPoint.Parse($"{Topology.VirtualAddress}:80");
    private static readonly byte[] ClusterKey = File.ReadAllBytes(Secrets.ClusterKeyFile);
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[BufferBytes];

    private BackendLeg(Socket socket) => _socket = socket;

    public static Task<BackendLeg> BeginAsync(BackendProcess backend, FlowId flow, CancellationToken cancellationToken) =>
        ConnectAsync(backend, new Preamble(Client, Virtual, flow, PreambleMode.New, 1, 0, 0, 0, "webmail.lab"), cancellationToken);

    /// <summary>Hands over the flow's first request.</summary>
    public static Task<BackendLeg> HandOverAsync(
        BackendProcess backend, FlowId flow, ulong fence, int ackedOffset, CancellationToken cancellationToken) =>
        ConnectAsync(backend, new Preamble(Client, Virtual, flow, PreambleMode.HandedOver, fence, 0, 0, (ulong)ackedOffset, "webmail.lab"), cancellationToken);

    /// <summary>Without the end the backend would wait for another request, and not say that its answer is complete.</summary>
    public async Task SendWholeAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        await SendAsync(request, cancellationToken);
        _socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>From now on nothing the backend sends is acknowledged.</summary>
    public void Hold() => AnswerHold.Begin(_socket);

    public void Release() => AnswerHold.End(_socket);

    public async Task<byte[]> ReadAsync(long count, CancellationToken cancellationToken)
    {
        using var read = new MemoryStream();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(SilenceMax);
        for (int some; read.Length < count && (some = await _socket.ReceiveAsync(Left(count - read.Length), timeout.Token)) > 0;)
        {
            read.Write(_buffer, 0, some);
        }

        return read.ToArray();
    }

    public Task<byte[]> ReadToEndAsync(CancellationToken cancellationToken) => ReadAsync(long.MaxValue, cancellationToken);

    public void Dispose() => _socket.Dispose();

    private static async Task<BackendLeg> ConnectAsync(BackendProcess backend, Preamble preamble, CancellationToken cancellationToken)
    {
        var leg = new BackendLeg(await backend.ConnectAsync(cancellationToken));
        await leg.SendAsync(PreambleCodec.Encode(preamble, ClusterKey), cancellationToken);
        return leg;
    }

    private Memory<byte> Left(long count) => _buffer.AsMemory(0, (int)Math.Min(count, BufferBytes));

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, cancellationToken)..];
        }
    }
}
