using System.Buffers;
using System.IO.Pipelines;

namespace Splice.Hooks;

/// <summary>
/// The way of the output onto the wire, in segments: each ends at a mark of the journal, and nothing of it leaves before
/// that mark is committed. Replay makes the same segments, so what it puts on the wire is the same too.
/// </summary>
internal abstract class ClientStream(PipeWriter transport, ulong offset, ulong ackedOffset)
{
    /// <summary>Offset on the wire of what comes next.</summary>
    public ulong Offset { get; protected set; } = offset;

    /// <summary>Bytes handed to the transport on this connection.</summary>
    public ulong ReleasedBytes { get; private set; }

    protected PipeWriter Transport => transport;

    /// <summary>A whole segment. Of one that an earlier owner produced, what the client has is dropped.</summary>
    public abstract void Release(ReadOnlySequence<byte> segment);

    /// <summary>A segment that the client has and that is not produced again.</summary>
    public abstract void Skip(ulong contentBytes);

    /// <summary>How many of the next bytes on the wire the client has already.</summary>
    protected int Known(int bytes) => ackedOffset <= Offset ? 0 : (int)Math.Min(ackedOffset - Offset, (ulong)bytes);

    protected void ReleaseUnknown(ReadOnlySpan<byte> bytes)
    {
        var known = Known(bytes.Length);
        Offset += (ulong)known;
        transport.Write(bytes[known..]);
        Passed(bytes.Length - known);
    }

    /// <summary>So many bytes were put into the transport.</summary>
    protected void Passed(int bytes)
    {
        Offset += (ulong)bytes;
        ReleasedBytes += (ulong)bytes;
    }
}
