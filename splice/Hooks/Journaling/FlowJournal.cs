using Splice.Store;
using Splice.Wire;

namespace Splice.Hooks;

/// <summary>
/// The journal of one flow as its owner writes it. Entries are numbered as they are appended and sent in that order;
/// nothing that is not committed counts. Locked by itself: the request and the output both append.
/// </summary>
internal sealed class FlowJournal(FlowStore store, bool isOff, FlowId flow, ulong fence, string build, Action<Exception> lost)
{
    // What has gathered travels with the output that depends on it: one write instead of one for each entry. Beyond this it
    // goes ahead, so that the output does not wait for a large write.
    private const int PendingBytesMax = 64 * 1024;
    private readonly Lock _lock = new();
    private List<ReadOnlyMemory<byte>> _pending = [];
    private int _pendingBytes;
    private RequestStart _request;
    private bool _begun;

    /// <summary>The store knows which build has begun to answer.</summary>
    private bool _isOurs;
    private int _sent;
    private Task _committed = Task.CompletedTask;
    private volatile bool _isLost;

    /// <summary>Nothing is journaled; only the end of the output is told.</summary>
    public bool IsOff => isOff;

    /// <summary>Begins a request. Sent with the next commit.</summary>
    public void Begin(RequestStart request) => Continue(new JournalSnapshot(request, []));

    /// <summary>The same, with the entries that an earlier owner wrote: again for the nodes that may lack some.</summary>
    public void Continue(JournalSnapshot journal)
    {
        lock (_lock)
        {
            _request = journal.Request;
            (_begun, _isOurs) = (false, false);
            _sent = journal.IsEverywhere ? journal.Entries.Count : 0;
            _pending = journal.IsEverywhere ? [] : [.. journal.Entries];
            _pendingBytes = _pending.Sum(entry => entry.Length);
        }
    }

    public void Append(JournalEntry entry)
    {
        if (isOff)
        {
            return;
        }

        var bytes = JournalEntryCodec.Encode(entry);
        lock (_lock)
        {
            _pending.Add(bytes);
            _pendingBytes += bytes.Length;
            if (_pendingBytes > PendingBytesMax)
            {
                // Waited for by the output that comes after it.
                _ = CommitAsync();
            }
        }
    }

    /// <summary>Sends what is pending before it returns; completes when everything sent so far is committed.</summary>
    /// <exception cref="FenceException">The flow has a new owner.</exception>
    public Task CommitAsync()
    {
        if (isOff)
        {
            return Task.CompletedTask;
        }

        lock (_lock)
        {
            // The store that refused is not the only one, and another may not yet know of the new owner.
            if (_isLost || (_pending.Count == 0 && _begun))
            {
                return _committed;
            }

            var (first, entries) = TakePending();
            // Not cancellable: an entry is in the journal or the flow is given up.
            // Before its first entry any build may continue the request.
            var write = _isOurs
                ? store.AppendEntriesAsync(flow, fence, _request.Number, first, entries, CancellationToken.None)
                : store.BeginRequestAsync(flow, fence, _request, entries.Count > 0 ? build : "", first, entries, CancellationToken.None);
            (_begun, _isOurs) = (true, entries.Count > 0 || _isOurs);
            return _committed = BothAsync(_committed, write);
        }
    }

    /// <summary>Sends what is pending and, in the same round trip, that the output ends at this offset on the wire; completes when
    /// everything is committed.</summary>
    /// <exception cref="FenceException">The flow has a new owner.</exception>
    public Task CompleteAsync(ulong outputOffset)
    {
        lock (_lock)
        {
            if (!_isOurs)
            {
                // The first entries of a request begin it.
                _ = CommitAsync();
            }

            if (_isLost)
            {
                return _committed;
            }

            var (first, entries) = TakePending();
            return _committed = BothAsync(
                _committed, store.CompleteAsync(flow, fence, outputOffset, _request.Number, first, entries, CancellationToken.None));
        }
    }

    private (int First, List<ReadOnlyMemory<byte>> Entries) TakePending()
    {
        var taken = (_sent, _pending);
        _sent += _pending.Count;
        (_pending, _pendingBytes) = ([], 0);
        return taken;
    }

    private async Task BothAsync(Task earlier, ValueTask<bool> write)
    {
        try
        {
            var written = write.AsTask();
            await Task.WhenAll(earlier, written).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FenceException or StoreUnavailableException)
        {
            _isLost = true;
            lost(e);
            throw;
        }
    }
}
