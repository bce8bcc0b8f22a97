using System.Runtime.CompilerServices;
using Splice.Store;
using Splice.Wire;
using StackExchange.Redis;
using Tests.Simulation.Engine;
using Tests.Simulation.Network;

namespace Tests.Simulation.Stores;

/// <summary>A process's connection to a store node over the virtual network.</summary>
internal sealed class StoreLink : INodeLink
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);
    private readonly World _world;
    private readonly Process _client;
    private readonly StoreServer _server;
    private readonly Process _serverProcess;
    private readonly Action<ReadOnlyMemory<byte>>? _changed;
    private readonly OrderedStream _questions;
    private readonly OrderedStream _answers;
    private readonly OrderedStream _changes;
    private readonly Queue<(TaskCompletionSource<RedisResult> Answer, long AtNs)> _asked = new();
    private long _answeredNs;

    private StoreLink(World world, Wires wires, Process client, Machine machine, StoreServer server, Action<ReadOnlyMemory<byte>>? changed)
    {
        (_world, _client, _server, _serverProcess, _changed, RunId) = (world, client, server, server.Process, changed, server.RunId);
        _questions = new OrderedStream(world, wires, machine, server.Machine);
        _answers = new OrderedStream(world, wires, server.Machine, machine);
        _changes = new OrderedStream(world, wires, server.Machine, machine);
    }

    public string RunId { get; }

    public bool IsBroken { get; private set; }

    public long? SilentSince => _asked.TryPeek(out var oldest) ? Math.Max(oldest.AtNs, _answeredNs) : null;

    public static Task<INodeLink> OpenAsync(
        World world, Wires wires, Process client, Machine machine, StoreServer server, Action<ReadOnlyMemory<byte>>? changed)
    {
        var opened = new TaskCompletionSource<INodeLink>();
        void Refuse(string why) => client.Deliver(() => opened.TrySetException(Lost(why)));
        var reached = Wires.Reaches(machine, server.Machine);
        if (!reached)
        {
            world.After(ConnectTimeout, () => Refuse("no answer"));
            return opened.Task;
        }

        world.After(wires.Delay(machine, server.Machine), () =>
        {
            if (server.Process.IsDead)
            {
                Refuse("refused");
                return;
            }

            var link = new StoreLink(world, wires, client, machine, server, changed);
            server.Process.Deliver(() =>
            {
                server.Accept(link);
                link._answers.Send(() => client.Deliver(() => opened.TrySetResult(link)));
            });
        });
        world.After(AnswerTimeout, () => Refuse("no answer"));
        return opened.Task;
    }

    public bool HasLostSince(long asked) => _questions.RepeatedNs >= asked;

    public Task<RedisResult> RunAsync(string script, RedisKey[] keys, RedisValue[] values) =>
        AskAsync(() => _server.Run(_client.Name, script, keys, values));

    public Task PingAsync() => AskAsync(() => RedisResult.Create(RedisValue.EmptyString));

    public async IAsyncEnumerable<FlowId> ScanAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var names = await AskAsync(() => RedisResult.Create(
            _server.Model.FlowKeys.Select(key => RedisResult.Create((RedisValue)key, ResultType.BulkString)).ToArray()));
        foreach (var name in (string[])names!)
        {
            if (FlowKeys.TryParse(name, out var id))
            {
                yield return id;
            }
        }
    }

    public void SendGathered()
    {
        // Nothing is gathered here: it only saves system calls.
    }

    public ValueTask DisposeAsync()
    {
        // Beyond this, what was asked is still on its way to the server, which will do it.
        _server.Forget(this);
        _answers.Close();
        _changes.Close();
        Break("it was given up");
        return default;
    }

    public void Publish(byte[] message)
    {
        if (_changed is not null)
        {
            _changes.Send(() => _client.Deliver(() => _changed(message)));
        }
    }

    /// <summary>The server's process is gone; its kernel says so if it still can.</summary>
    public void ServerClosed() => _answers.Send(() => _client.Deliver(() => Break("the server closed the connection")));

    private static RedisConnectionException Lost(string why) => new(ConnectionFailureType.SocketClosed, why);

    private Task<RedisResult> AskAsync(Func<RedisResult> answer)
    {
        if (IsBroken)
        {
            return Task.FromException<RedisResult>(Lost("it is broken"));
        }

        var asked = new TaskCompletionSource<RedisResult>();
        _asked.Enqueue((asked, _world.NowNs));
        _questions.Send(() =>
        {
            if (_serverProcess.IsDead)
            {
                ServerClosed();
                return;
            }

            _serverProcess.Deliver(() =>
            {
                var said = answer();
                _answers.Send(() => _client.Deliver(() => Answer(said)));
            });
        });
        return asked.Task;
    }

    private void Answer(RedisResult said)
    {
        _answeredNs = _world.NowNs;
        if (_asked.TryDequeue(out var asked))
        {
            asked.Answer.SetResult(said);
        }
    }

    private void Break(string why)
    {
        IsBroken = true;
        foreach (var asked in _asked.ToArray())
        {
            asked.Answer.TrySetException(Lost(why));
        }

        _asked.Clear();
    }
}
