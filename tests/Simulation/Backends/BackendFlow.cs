using Splice.Store;
using Splice.Wire;
using Tests.Simulation.Cases;
using Tests.Simulation.Engine;
using Tests.Simulation.Network;

namespace Tests.Simulation.Backends;

/// <summary>
/// One flow on one backend, by the rules of the hooks: what a choice gave is committed before a byte that depends on it
/// leaves (I1), an effect has an entry before it happens, the end is declared before the FIN, and a new owner's answer is
/// the old one's.
/// </summary>
internal sealed class BackendFlow(World world, Process process, FlowStore store, Outbox outbox, byte[] clusterKey, TcpEnd tcp)
{
    private const int ChunkBytes = 4096;
    private const string Build = "build 1";
    private readonly InputBuffer _input = new();
    private IReadOnlyList<ReadOnlyMemory<byte>> _entries = [];
    private Preamble _preamble = null!;
    private RequestStart _request = new(1, 0, 0);
    private ulong _consumed;
    private ulong _skip;
    private bool _isReset;

    /// <summary>True if the application has not read all that came: its kernel then says RST instead of FIN when it dies.</summary>
    public bool HasUnread => _input.Count > 0;

    public void Receive(byte[] bytes) => _input.Add(bytes);

    public void ReceiveEnd() => _input.End();

    /// <summary>No orderly end, so none is declared.</summary>
    public void ReceiveReset()
    {
        _isReset = true;
        _input.End();
    }

    public async Task RunAsync()
    {
        try
        {
            if (await BeginAsync())
            {
                while (await AnswerNextAsync())
                {
                }

                return;
            }
        }
        catch (Exception e) when (e is FenceException or StoreUnavailableException)
        {
            // Another one has the flow.
        }

        tcp.Abort();
    }

    /// <summary>False if this must not be continued here.</summary>
    private async Task<bool> BeginAsync()
    {
        var length = 0;
        while (PreambleCodec.TryDecode(_input.Peek(), clusterKey, out var preamble, out length) != ParseResult.Ok || (_preamble = preamble!) is null)
        {
            if (!await _input.WaitAsync(_input.Count + 1))
            {
                return false;
            }
        }

        await _input.ReadAsync(length);
        (_consumed, _skip) = (_preamble.InputOffset, _preamble.AckedOffset);
        if (_preamble.Mode == PreambleMode.New)
        {
            return true;
        }

        var journal = await store.ReadJournalAsync(_preamble.Flow, CancellationToken.None);
        (_request, _entries) = (journal.Request, journal.Entries);
        var sent = Math.Max(_preamble.AckedOffset, _preamble.SentOffset);
        return _request.InputOffset == _preamble.InputOffset && _request.OutputOffset == _preamble.OutputOffset
            // One more is the FIN of an owner that died (see HandoverCheck of the hooks).
            && (_entries.Count > 0 || sent <= _preamble.OutputOffset + 1);
    }

    private async Task<bool> AnswerNextAsync()
    {
        if (await _input.ReadAsync(Content.RequestHeadBytes) is not { } head
            || await _input.ReadAsync(Content.BodyBytes(head)) is not { } body)
        {
            await EndAsync();
            return false;
        }

        byte[] request = [.. head, .. body];
        _consumed += (ulong)request.Length;
        var entropy = await ChooseAsync();
        var answer = Content.Answer(request, entropy);
        await PerformAsync();
        await SendAsync(answer);
        return await NextAsync(_request.OutputOffset + (ulong)answer.Length);
    }

    /// <summary>The one choice of a request. With it go the entries that an owner before has written.</summary>
    private async Task<ulong> ChooseAsync()
    {
        if (_entries.Count == 0)
        {
            _entries = [BitConverter.GetBytes((ulong)world.Random.NextInt64())];
        }

        await store.BeginRequestAsync(_preamble.Flow, _preamble.Fence, _request, Build, 0, _entries, CancellationToken.None);
        return BitConverter.ToUInt64(_entries[0].Span);
    }

    /// <summary>Its id is known before it happens. In doubt it is done again under the same id, which the outbox knows.</summary>
    private async Task PerformAsync()
    {
        if (_entries.Count < 2)
        {
            await AppendAsync(1, "begun"u8.ToArray());
        }

        if (_entries.Count < 3)
        {
            outbox.Send(_preamble.Flow, _request.Number);
            await AppendAsync(2, "done"u8.ToArray());
        }
    }

    private async Task AppendAsync(int ordinal, byte[] entry)
    {
        await store.AppendEntriesAsync(_preamble.Flow, _preamble.Fence, _request.Number, ordinal, [entry], CancellationToken.None);
        _entries = [.. _entries, entry];
    }

    /// <summary>Without what the client has already.</summary>
    private async Task SendAsync(byte[] answer)
    {
        for (var from = 0; from < answer.Length; from += ChunkBytes)
        {
            var chunk = answer.AsMemory(from, Math.Min(ChunkBytes, answer.Length - from));
            var known = (long)_skip - (long)_request.OutputOffset - from;
            if (known < chunk.Length)
            {
                tcp.Write(chunk.Span[(int)Math.Max(0, known)..]);
                await Task.Delay(world.Between(0.2, 4), process.Clock);
            }
        }
    }

    /// <summary>The journal of a request is dropped only when the client has the whole answer; false if it can no longer get it here.</summary>
    private async Task<bool> NextAsync(ulong outputOffset)
    {
        var pause = TimeSpan.FromMilliseconds(1);
        while (!tcp.IsAllAcknowledged)
        {
            if (tcp.IsGone)
            {
                return false;
            }

            await Task.Delay(pause, process.Clock);
            pause = pause < TimeSpan.FromMilliseconds(250) ? 2 * pause : pause;
        }

        (_request, _entries) = (new RequestStart(_request.Number + 1, _consumed, outputOffset), []);
        await store.BeginRequestAsync(_preamble.Flow, _preamble.Fence, _request, "", 0, [], CancellationToken.None);
        return true;
    }

    private async Task EndAsync()
    {
        if (_input.Count == 0 && !_isReset)
        {
            await store.CompleteAsync(_preamble.Flow, _preamble.Fence, _request.OutputOffset, _request.Number, 0, [], CancellationToken.None);
            tcp.Close();
        }
    }
}
