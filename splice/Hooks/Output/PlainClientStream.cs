using System.Buffers;
using System.IO.Pipelines;

namespace Splice.Hooks;

/// <summary>Plain HTTP: the output is what is on the wire.</summary>
internal sealed class PlainClientStream(PipeWriter transport, ulong offset, ulong ackedOffset)
    : ClientStream(transport, offset, ackedOffset)
{
    public override void Release(ReadOnlySequence<byte> segment)
    {
        foreach (var bytes in segment)
        {
            ReleaseUnknown(bytes.Span);
        }
    }

    public override void Skip(ulong contentBytes) => Offset += contentBytes;
}
