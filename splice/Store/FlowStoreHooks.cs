using System.Security.Cryptography;
using Splice.Wire;
using StackExchange.Redis;

namespace Splice.Store;

/// <summary>What the hooks of a backend ask of the store.</summary>
public sealed partial class FlowStore
{
    private const ulong RemovedFence = 9007199254740991;

    /// <summary>Begins a request and appends its first entries in the same round trip: the previous request is over, its
    /// journal is dropped and the input before this one is trimmed. Repeating it changes nothing.</summary>
    public ValueTask<bool> BeginRequestAsync(
        FlowId id,
        ulong fence,
        RequestStart request,
        string build,
        int firstOrdinal,
        IReadOnlyList<ReadOnlyMemory<byte>> entries,
        CancellationToken cancellationToken)
    {
        var values = new RedisValue[7 + 2 * entries.Count];
        values[0] = fence.ToString();
        values[1] = _expiry;
        values[2] = request.Number.ToString();
        values[3] = request.InputOffset.ToString();
        values[4] = request.OutputOffset.ToString();
        values[5] = build;
        values[6] = request.Tls?.Encode() ?? [];
        Seal(id, request.Number, firstOrdinal, entries, values.AsSpan(7));
        return WriteAsync(id, fence, StoreScripts.BeginRequest, FlowKeys.All(id), values, cancellationToken);
    }

    /// <summary>Appends entries to the journal of the current request. Repeating it changes nothing.</summary>
    public ValueTask<bool> AppendEntriesAsync(
        FlowId id,
        ulong fence,
        ulong request,
        int firstOrdinal,
        IReadOnlyList<ReadOnlyMemory<byte>> entries,
        CancellationToken cancellationToken)
    {
        var values = new RedisValue[3 + 2 * entries.Count];
        values[0] = fence.ToString();
        values[1] = _expiry;
        values[2] = request.ToString();
        Seal(id, request, firstOrdinal, entries, values.AsSpan(3));
        return WriteAsync(
            id,
            fence,
            StoreScripts.AppendEntries,
            [FlowKeys.Flow(id), FlowKeys.Journal(id)],
            values,
            cancellationToken);
    }

    /// <summary>The union, by ordinal, of what the live nodes have of the current request's journal.</summary>
    /// <exception cref="StoreUnavailableException">No node answered.</exception>
    /// <exception cref="CryptographicException">An entry, or every node's journal, is damaged or from another cluster.</exception>
    public async ValueTask<JournalSnapshot> ReadJournalAsync(FlowId id, CancellationToken cancellationToken)
    {
        var answers = await ReadAsync(
            SnapshotMerge.ReadJournal, [FlowKeys.Flow(id), FlowKeys.Journal(id)], [], cancellationToken);
        var journals = answers.Select(NodeJournal.Parse).OfType<NodeJournal>().ToArray();
        if (journals.Length == 0)
        {
            throw new CryptographicException($"the journal of flow {id} is damaged on every node");
        }

        var request = journals.MaxBy(journal => journal.Request.Number).Request;
        var sealedEntries = new SortedDictionary<int, byte[]>();
        foreach (var journal in journals.Where(journal => journal.Request.Number == request.Number))
        {
            foreach (var (ordinal, entry) in journal.Entries)
            {
                sealedEntries.TryAdd(ordinal, entry);
            }
        }

        // Entries are sent in order on one connection, so a gap ends what can have been answered as committed.
        var entries = new List<ReadOnlyMemory<byte>>(sealedEntries.Count);
        foreach (var (ordinal, entry) in sealedEntries.TakeWhile((pair, index) => pair.Key == index))
        {
            entries.Add(_seal.Open(id, request.Number, ordinal, entry));
        }

        var isEverywhere = journals.Length == _nodes.Length
            && journals.All(journal => journal.Request.Number == request.Number && journal.Entries.Count == entries.Count);
        return new JournalSnapshot(request, entries, isEverywhere);
    }

    /// <summary>The output ends at this offset, and with these entries the journal of the current request: the backend's FIN may
    /// reach the client. Told to every proxy. Repeating it changes nothing.</summary>
    public ValueTask<bool> CompleteAsync(
        FlowId id,
        ulong fence,
        ulong outputOffset,
        ulong request,
        int firstOrdinal,
        IReadOnlyList<ReadOnlyMemory<byte>> entries,
        CancellationToken cancellationToken)
    {
        var values = new RedisValue[6 + 2 * entries.Count];
        values[0] = fence.ToString();
        values[1] = _expiry;
        values[2] = request.ToString();
        values[3] = outputOffset.ToString();
        values[4] = FlowKeys.Channel;
        values[5] = FlowChangeCodec.Encode(new FlowChange.Completed(id, fence, outputOffset));
        Seal(id, request, firstOrdinal, entries, values.AsSpan(6));
        return WriteAsync(id, fence, StoreScripts.Complete, [FlowKeys.Flow(id), FlowKeys.Journal(id)], values, cancellationToken);
    }

    /// <summary>The owner gives the flow up on purpose: it is to be reset, not handed over. Told to every proxy.</summary>
    public ValueTask<bool> CutAsync(FlowId id, ulong fence, string reason, CancellationToken cancellationToken) =>
        WriteAsync(
            id,
            fence,
            StoreScripts.Cut,
            [FlowKeys.Flow(id)],
            [
                fence.ToString(), _expiry, FlowKeys.Channel,
                FlowChangeCodec.Encode(new FlowChange.Cut(id, fence, reason)),
            ],
            cancellationToken);

    private void Seal(
        FlowId id, ulong request, int firstOrdinal, IReadOnlyList<ReadOnlyMemory<byte>> entries, Span<RedisValue> values)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            values[2 * i] = firstOrdinal + i;
            values[2 * i + 1] = _seal.Seal(id, request, firstOrdinal + i, entries[i].Span);
        }
    }
}
