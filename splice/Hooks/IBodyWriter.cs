namespace Splice.Hooks;

/// <summary>Takes the bytes of a resumable body (see <see cref="SpliceResponseExtensions.SendResumableAsync"/>).</summary>
public interface IBodyWriter
{
    /// <summary>Writes the next bytes of the body; returns when the client's side can take more.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Reads the next bytes of the body straight to where they are sent from; returns when the client's side can take more.</summary>
    /// <param name="read">Fills the memory from its beginning, and says how many bytes it got: none at the end. The memory has 32 to
    /// 128 KiB, and less where a segment ends.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What <paramref name="read"/> said.</returns>
    ValueTask<int> WriteFromAsync(Func<Memory<byte>, CancellationToken, ValueTask<int>> read, CancellationToken cancellationToken);

    /// <summary>Declares that everything after the bytes written so far can be produced from <paramref name="state"/> alone.</summary>
    /// <param name="state">At most 4096 bytes; committed with the next write.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <remarks>Ask often: what was written since the last one is produced again by a successor. It is recorded only every so
    /// many bytes, and then what is held back is sent first.</remarks>
    ValueTask CheckpointAsync(ReadOnlyMemory<byte> state, CancellationToken cancellationToken);
}
