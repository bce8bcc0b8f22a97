using System.Buffers;
using System.Net.Sockets;
using StackExchange.Redis;

namespace Splice.Store;

/// <summary>
/// A connection that receives what is published on the channel of changes, on a thread of its own. Once it breaks it stays
/// broken: what was published meanwhile is known by a scan only, which the keeper sees to when it connects anew.
/// </summary>
internal sealed class ChangeSubscription : IDisposable
{
    private readonly Socket _socket;
    private readonly Action<ReadOnlyMemory<byte>> _received;
    private readonly TaskCompletionSource _subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isBroken;

    private ChangeSubscription(Socket socket, StoreNode node, Action<ReadOnlyMemory<byte>> received)
    {
        (_socket, _received) = (socket, received);
        new Thread(Run) { IsBackground = true, Name = $"changes {node.Name}" }.Start();
    }

    public bool IsBroken => _isBroken;

    /// <summary>Completes when the node has subscribed us: what is published from then on is received.</summary>
    /// <exception cref="RedisException">The node does not answer.</exception>
    public static async Task<ChangeSubscription> OpenAsync(
        StoreNode node, Action<ReadOnlyMemory<byte>> received, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var subscription = new ChangeSubscription(await RespSocket.ConnectAsync(node, timeout, cancellationToken), node, received);
        try
        {
            subscription.Ask();
            await subscription._subscribed.Task.WaitAsync(timeout, cancellationToken);
            return subscription;
        }
        catch
        {
            subscription.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _isBroken = true;
        RespSocket.Wake(_socket);
        _socket.Dispose();
    }

    private void Ask()
    {
        var command = new ArrayBufferWriter<byte>();
        RespWriter.Array(command, 2);
        RespWriter.Bulk(command, "SUBSCRIBE"u8);
        RespWriter.Bulk(command, (RedisValue)FlowKeys.Channel);
        try
        {
            _socket.Send(command.WrittenSpan);
        }
        catch (SocketException e)
        {
            throw new RedisConnectionException(ConnectionFailureType.SocketFailure, e.Message);
        }
    }

    private void Run()
    {
        var why = RespSocket.Receive(_socket, Take);
        _isBroken = true;
        _subscribed.TrySetException(new RedisConnectionException(ConnectionFailureType.SocketClosed, why));
    }

    private void Take(RedisResult push)
    {
        if (push.Resp2Type != ResultType.Array || (RedisResult[])push! is not [var kind, _, var content])
        {
            throw new RedisException("the server pushed what is not a message");
        }

        if ((string?)kind == "message")
        {
            _received((byte[])content!);
        }
        else
        {
            _subscribed.TrySetResult();
        }
    }
}
