using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace Splice.Store;

/// <summary>
/// A connection that runs scripts, and nothing else. Every request of every client waits for it, so a question costs one
/// system call in the thread that asks and wakes one thread, which hands out the answers: a general client hands each
/// question and each answer from thread to thread.
/// </summary>
internal sealed partial class ScriptPipeline : IDisposable
{
    /// <summary>A node that takes no more than this is not one to wait for.</summary>
    private const int UnsentBytesMax = 128 * 1024 * 1024;
    private const int GatheredBytesMax = 64 * 1024;
    private static readonly ConcurrentDictionary<string, byte[]> Hashes = new();
    private readonly Socket _socket;
    private readonly Lock _lock = new();
    private readonly RetransmissionProbe _retransmissions;
    private readonly Queue<(TaskCompletionSource<RedisResult> Answer, long At)> _asked = new();
    private readonly HashSet<string> _known = [];
    private ArrayBufferWriter<byte> _gathering = new();
    private ArrayBufferWriter<byte> _sending = new();
    private bool _isSending;
    private long _answeredAt;
    private RedisConnectionException? _broken;

    private ScriptPipeline(Socket socket, string name)
    {
        (_socket, _retransmissions) = (socket, new RetransmissionProbe(socket));
        new Thread(() => Break(RespSocket.Receive(_socket, Answer))) { IsBackground = true, Name = $"store {name}" }.Start();
    }

    /// <summary>What this thread asks waits for <see cref="SendGathered"/>, or for somebody else's question.</summary>
    [field: ThreadStatic]
    public static bool Gathers { get; set; }

    /// <summary>Since when the node owes an answer and has given none, as <see cref="Stopwatch.GetTimestamp"/>; null if it owes none, or
    /// if it is we who have not read what it has given: a processor that is too busy for that has time to doubt the node all the same.</summary>
    public long? SilentSince
    {
        get
        {
            lock (_lock)
            {
                return _asked.TryPeek(out var oldest) && !HasUnread ? Math.Max(oldest.At, _answeredAt) : null;
            }
        }
    }

    public bool IsBroken => Volatile.Read(ref _broken) is not null;

    /// <exception cref="RedisConnectionException">The node does not answer.</exception>
    public static async Task<ScriptPipeline> ConnectAsync(StoreNode node, TimeSpan timeout, CancellationToken cancellationToken) =>
        new(await RespSocket.ConnectAsync(node, timeout, cancellationToken), node.Name);

    /// <summary>Sends before it returns, in the order of the calls. The answer comes on the thread that receives: who waits
    /// for it there must be quick.</summary>
    /// <exception cref="RedisException">From the task: an error of the server, or a lost connection.</exception>
    public Task<RedisResult> RunAsync(string script, RedisKey[] keys, RedisValue[] values)
    {
        lock (_lock)
        {
            var known = !_known.Add(script);
            RespWriter.Array(_gathering, 3 + keys.Length + values.Length);
            RespWriter.Bulk(_gathering, known ? "EVALSHA"u8 : "EVAL"u8);
            RespWriter.Bulk(_gathering, known ? HashOf(script) : Encoding.UTF8.GetBytes(script));
            RespWriter.Bulk(_gathering, keys.Length);
            foreach (var key in keys)
            {
                RespWriter.Bulk(_gathering, (byte[])key!);
            }

            foreach (var value in values)
            {
                RespWriter.Bulk(_gathering, value);
            }

            return AskLocked();
        }
    }

    public Task PingAsync()
    {
        lock (_lock)
        {
            RespWriter.Array(_gathering, 1);
            RespWriter.Bulk(_gathering, "PING"u8);
            return AskLocked();
        }
    }

    /// <summary>TCP had to say something again that was asked at this time or later.</summary>
    public bool HasLostSince(long asked) => _retransmissions.HasSeenAnySince(asked);

    public void SendGathered()
    {
        lock (_lock)
        {
            if (_gathering.WrittenCount > 0 && !_isSending && _broken is null)
            {
                SendLocked();
            }
        }
    }

    public void Dispose()
    {
        Break("it was given up");
        _socket.Dispose();
    }

    private bool HasUnread
    {
        get
        {
            try
            {
                return _socket.Available > 0;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }

    [SuppressMessage("Security", "CA5350", Justification = "The name that Redis gives a script; nothing depends on its strength.")]
    private static byte[] HashOf(string script) => Hashes.GetOrAdd(
        script, text => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(text)))));

    private Task<RedisResult> AskLocked()
    {
        if (_broken is not null)
        {
            _gathering.ResetWrittenCount();
            return Task.FromException<RedisResult>(_broken);
        }

        var answer = new TaskCompletionSource<RedisResult>();
        _asked.Enqueue((answer, Stopwatch.GetTimestamp()));
        if (!_isSending)
        {
            if (!Gathers || _gathering.WrittenCount > GatheredBytesMax)
            {
                SendLocked();
            }
        }
        else if (_gathering.WrittenCount > UnsentBytesMax)
        {
            _ = Task.Run(() => Break("it takes nothing any more"));
        }

        return answer.Task;
    }

    private void SendLocked()
    {
        (_gathering, _sending) = (_sending, _gathering);
        var sent = SendNow(_sending.WrittenSpan);
        if (sent == _sending.WrittenCount)
        {
            ResetSending();
        }
        else
        {
            // The node is slow to take it: the rest, and what is asked meanwhile, must not hold up those who ask.
            _isSending = true;
            _ = Task.Factory.StartNew(() => SendRest(sent), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    private void ResetSending()
    {
        if (_sending.Capacity > RespSocket.BufferBytesKept)
        {
            _sending = new ArrayBufferWriter<byte>();
        }
        else
        {
            _sending.ResetWrittenCount();
        }
    }

    /// <summary>What the kernel takes without waiting; 0 if the connection is lost, which the receiving thread notices.</summary>
    private int SendNow(ReadOnlySpan<byte> bytes)
    {
        const int DontWait = 0x40;
        const int NoSignal = 0x4000;
        try
        {
            return (int)Math.Max(0, Send(_socket.SafeHandle, bytes, bytes.Length, DontWait | NoSignal));
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }

    private void SendRest(int from)
    {
        try
        {
            while (true)
            {
                while (from < _sending.WrittenCount)
                {
                    from += _socket.Send(_sending.WrittenSpan[from..]);
                }

                lock (_lock)
                {
                    ResetSending();
                    (_gathering, _sending) = (_sending, _gathering);
                    from = 0;
                    if (_sending.WrittenCount == 0)
                    {
                        _isSending = false;
                        return;
                    }
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Break(e.Message);
        }
    }

    private void Answer(RedisResult answer)
    {
        TaskCompletionSource<RedisResult> asked;
        lock (_lock)
        {
            if (!_asked.TryDequeue(out var oldest))
            {
                throw new RedisException("the server answered what was not asked");
            }

            (asked, _answeredAt) = (oldest.Answer, Stopwatch.GetTimestamp());
        }

        if (answer.Resp2Type == ResultType.Error)
        {
            asked.SetException(new RedisServerException((string?)answer ?? "an error without words"));
        }
        else
        {
            asked.SetResult(answer);
        }
    }

    private void Break(string why)
    {
        TaskCompletionSource<RedisResult>[] unanswered;
        lock (_lock)
        {
            if (_broken is not null)
            {
                return;
            }

            _broken = new RedisConnectionException(ConnectionFailureType.SocketClosed, why);
            unanswered = [.. _asked.Select(asked => asked.Answer)];
            _asked.Clear();
        }

        RespSocket.Wake(_socket);

        foreach (var asked in unanswered)
        {
            asked.SetException(_broken);
        }
    }

    [LibraryImport("libc", EntryPoint = "send")]
    private static partial nint Send(SafeSocketHandle socket, ReadOnlySpan<byte> bytes, nint length, int flags);
}
