using System.Buffers;
using Splice.Wire;
using StackExchange.Redis;

namespace Splice.Store;

/// <summary>The input log: what the client has said, at absolute offsets.</summary>
public sealed partial class FlowStore
{
    /// <summary>Appends at an absolute offset; what is there already is written again unchanged. Completes when a node on another
    /// machine has it, unless none there lives: it is then acknowledged to the client, who forgets it.</summary>
    /// <exception cref="InputLogFullException">The log has reached its limit.</exception>
    public Task<bool> AppendInputAsync(
        FlowId id, ulong fence, ulong offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        AppendInputAsync(id, fence, offset, bytes, null, cancellationToken);

    /// <summary>As above; <paramref name="begins"/> is the request that the bytes begin, on a flow whose backend has no journal.
    /// Completes on the thread that receives the store's answers: who awaits it must be quick and not wait for the store.</summary>
    /// <exception cref="InputLogFullException">The log has reached its limit.</exception>
    public Task<bool> AppendInputAsync(
        FlowId id, ulong fence, ulong offset, ReadOnlyMemory<byte> bytes, RequestStart? begins, CancellationToken cancellationToken)
    {
        RedisValue[] values = [fence.ToString(), _expiry, offset.ToString(), bytes, _options.InputBytesMax];
        return WriteOnReceiverAsync(
            id,
            fence,
            StoreScripts.AppendInput,
            [FlowKeys.Flow(id), FlowKeys.Input(id)],
            begins is not { } request
                ? values
                : [.. values, request.Number.ToString(), request.InputOffset.ToString(), request.OutputOffset.ToString()],
            survives: true,
            cancellationToken);
    }

    /// <summary>The client has ended its direction: its FIN comes at this offset. To be called after the input before it.</summary>
    /// <exception cref="FenceException">The flow has a newer owner, or is over.</exception>
    public ValueTask<bool> EndInputAsync(FlowId id, ulong fence, ulong offset, CancellationToken cancellationToken) =>
        WriteAsync(
            id, fence, StoreScripts.EndInput, [FlowKeys.Flow(id)], [fence.ToString(), _expiry, offset.ToString()], survives: true, cancellationToken);

    /// <summary>How far the input is logged.</summary>
    /// <exception cref="StoreUnavailableException">No node answered.</exception>
    public async ValueTask<InputEnd> ReadInputEndAsync(FlowId id, CancellationToken cancellationToken)
    {
        var answers = await ReadAsync(StoreScripts.ReadInputEnd, [FlowKeys.Flow(id), FlowKeys.Input(id)], [], cancellationToken);
        return SnapshotMerge.FarthestEnd(answers.Select(answer => (RedisValue[])answer!));
    }

    /// <summary>The contiguous logged input from an offset on, but no more than to the end of a piece.</summary>
    /// <exception cref="StoreUnavailableException">No node answered.</exception>
    /// <exception cref="InputTrimmedException">The log begins later: the input was trimmed, its request is over.</exception>
    public async ValueTask<InputPiece> ReadInputPieceAsync(FlowId id, ulong fromOffset, CancellationToken cancellationToken)
    {
        var answers = await ReadAsync(
            StoreScripts.ReadInput, [FlowKeys.Flow(id), FlowKeys.Input(id)], [fromOffset.ToString()], cancellationToken);
        return Piece(id, fromOffset, answers);
    }

    /// <summary>The contiguous logged input from an offset to the end of what is logged.</summary>
    /// <remarks>It is read piece by piece, while it may grow: what is at an offset never changes, so the pieces fit. If it is trimmed
    /// meanwhile the next piece is missing, and this throws as if the log had begun later at first.</remarks>
    /// <exception cref="StoreUnavailableException">No node answered.</exception>
    /// <exception cref="InputTrimmedException">The log begins later: the input was trimmed, its request is over.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadInputAsync(
        FlowId id, ulong fromOffset, CancellationToken cancellationToken)
    {
        var piece = await ReadInputPieceAsync(id, fromOffset, cancellationToken);
        if (piece.IsLast)
        {
            return piece.Bytes;
        }

        var input = new ArrayBufferWriter<byte>();
        input.Write(piece.Bytes.Span);
        while (!piece.IsLast)
        {
            piece = await ReadInputPieceAsync(id, fromOffset + (ulong)input.WrittenCount, cancellationToken);
            input.Write(piece.Bytes.Span);
        }

        return input.WrittenMemory;
    }

    private static InputPiece Piece(FlowId id, ulong fromOffset, IReadOnlyList<RedisResult> answers)
    {
        var pieces = answers.Select(answer => (RedisValue[])answer!).ToArray();
        var bytes = SnapshotMerge.LongestInput(id, fromOffset, pieces);
        var endsWithItsPiece = (fromOffset + (ulong)bytes.Length) % InputPieces.Bytes == 0;
        var (request, build) = SnapshotMerge.LatestRequest(pieces);
        return new InputPiece(bytes, IsLast: bytes.IsEmpty || !endsWithItsPiece, request, build);
    }
}
