using Microsoft.AspNetCore.Connections;
using Splice.Store;
using Splice.Wire;

namespace Splice.Hooks;

/// <summary>
/// One flow while this backend owns it: its pipes, its journal, and where its current request begins. Requests come one
/// after the other; only the watch for acknowledgements runs beside them, under the lock.
/// </summary>
internal sealed class SpliceFlow : ISpliceFlowFeature, IDisposable
{
    private static readonly TimeSpan AckPollFirst = TimeSpan.FromMilliseconds(1);

    // The next request often follows at once; its beginning then travels with its first entries.
    private static readonly TimeSpan IdlePause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan AckPollMax = TimeSpan.FromMilliseconds(250);
    private readonly Lock _lock = new();
    private readonly ConnectionContext _connection;
    private readonly ClientTransport _transport;
    private readonly OutputStage _stage;
    private readonly FlowJournal _journal;
    private readonly Func<ulong, bool> _isAcknowledged;
    private readonly SpliceBackend _backend;
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenSource _broken = new();
    private readonly CancellationToken _end;
    private JournalReplay? _replay;
    private RequestStart _request;
    private bool _begun = true;
    private int _aborted;

    public SpliceFlow(
        ConnectionContext connection,
        ClientTransport transport,
        Preamble preamble,
        RequestStart request,
        JournalReplay? replay,
        FlowJournal journal,
        Func<ulong, bool> isAcknowledged,
        SpliceBackend backend)
    {
        _connection = connection;
        _transport = transport;
        _end = _ended.Token;
        Broken = _broken.Token;
        _journal = journal;
        _isAcknowledged = isAcknowledged;
        _backend = backend;
        _replay = replay;
        _request = request;
        Preamble = preamble;
        var (input, output) = transport.ContentOffsets;
        Input = new InputPipeReader(transport.Input, input, Break);
        _stage = new OutputStage(connection.Transport.Output, transport.Output, backend.OutputMemory, TimeProvider.System, Break);
        Output = new OutputPipeWriter(
            transport.Output,
            _stage,
            journal,
            output,
            replay is null ? null : new OutputReplay(replay.Marks, transport.Output))
        {
            UpdateWanted = transport.TakeUpdateRequest,
            ReplaceAnswerAsync = ReplaceAnswerAsync,
            Failed = GiveUp,
        };
    }

    public Preamble Preamble { get; }

    public FlowId Flow => Preamble.Flow;

    public bool IsHandedOver => Preamble.Mode == PreambleMode.HandedOver;

    public FlowJournal Journal => _journal;

    public string Build => _backend.Build;

    public InputPipeReader Input { get; }

    public OutputPipeWriter Output { get; }

    /// <summary>Fires when the transport has failed; not when the client has merely ended its direction.</summary>
    public CancellationToken Broken { get; }

    public bool IsAborted => Volatile.Read(ref _aborted) != 0;

    /// <summary>A request is between its beginning and its end: the output is not complete.</summary>
    public bool IsAnswering { get; private set; }

    public ulong RequestNumber => _request.Number;

    /// <summary>Begins the next request; its journal, if an earlier owner left one, is in the result.</summary>
    public async ValueTask<JournalReplay?> BeginRequestAsync()
    {
        await BeginInJournalAsync();
        IsAnswering = true;
        Output.BeginRequest();
        var replay = _replay;
        _replay = null;
        return replay;
    }

    /// <summary>The answer is written, the body read: the next request begins where the client's bytes go on.</summary>
    public async ValueTask EndRequestAsync()
    {
        await Output.EndRequestAsync();
        IsAnswering = false;
        lock (_lock)
        {
            _request = _transport.NextRequest(_request.Number + 1, Input.ConsumedOffset, Output.Position);
            _begun = false;
        }

        if (!_journal.IsOff)
        {
            _ = WatchAcksAsync(_request.Number);
        }
    }

    /// <summary>
    /// Kestrel or the application aborts. Between two requests that is only Kestrel's way of closing: an orderly end,
    /// declared first. Within one it is deliberate, and the client sees a reset as without the splice.
    /// </summary>
    public void Abort(ConnectionAbortedException reason)
    {
        if (!IsAnswering && !IsAborted)
        {
            _ = CompleteThenAbortAsync(reason);
            return;
        }

        GiveUp(reason);
    }

    /// <summary>The flow cannot or must not go on here.</summary>
    public void GiveUp(Exception why)
    {
        if (Interlocked.Exchange(ref _aborted, 1) == 0)
        {
            _backend.GivenUp(this, why);
        }

        _connection.Abort(why as ConnectionAbortedException ?? new("the flow was given up", why));
    }

    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
        _broken.Dispose();
        _stage.Dispose();
        _transport.Dispose();
    }

    private void Break() => _ = _broken.CancelAsync();

    private async Task CompleteThenAbortAsync(ConnectionAbortedException reason)
    {
        await _backend.CompleteAsync(this);
        _connection.Abort(reason);
    }

    /// <summary>
    /// The journal of a request is dropped when the next one begins, so that must wait until the client has the whole
    /// answer: what lies in our kernel's send queue dies with us. A client that sends one request after the other has
    /// acknowledged the answer before its next request arrives; only pipelining waits here.
    /// </summary>
    private async ValueTask BeginInJournalAsync()
    {
        while (!TryBeginInJournal(_request.Number))
        {
            await Task.Delay(AckPollFirst, _end);
        }
    }

    private bool TryBeginInJournal(ulong number)
    {
        lock (_lock)
        {
            if (_begun || _journal.IsOff || _request.Number != number)
            {
                return true;
            }

            if (!_isAcknowledged(_transport.Output.ReleasedBytes))
            {
                return false;
            }

            _journal.Begin(_request);
            _begun = true;
            return true;
        }
    }

    /// <summary>An idle flow whose client has everything has nothing to replay: say so as soon as it is true.</summary>
    private async Task WatchAcksAsync(ulong number)
    {
        try
        {
            await Task.Delay(IdlePause, _end);
            var pause = AckPollFirst;
            while (!TryBeginInJournal(number))
            {
                await Task.Delay(pause, _end);
                pause = pause < AckPollMax ? 2 * pause : AckPollMax;
            }

            // If the next request has begun by now, its own first commit says it.
            if (_request.Number == number && !IsAnswering)
            {
                await _journal.CommitAsync();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or FenceException or StoreUnavailableException)
        {
            // The connection ended, or the journal has told the flow already.
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReplaceAnswerAsync(ReadOnlyMemory<byte> kestrels)
    {
        await BeginInJournalAsync();
        Output.BeginRequest();
        return ErrorAnswer.InPlaceOf(kestrels.Span);
    }
}
