using System.IO.Pipelines;

namespace Splice.Hooks;

/// <summary>Plain HTTP: the output is what is on the wire.</summary>
internal sealed class PlainClientStream(PipeWriter transport, ulong offset, ulong ackedOffset)
    : ClientStream(transport, offset, ackedOffset)
{
    public override long PendingBytes => 0;

    public override Memory<byte> GetMemory(int sizeHint) => Transport.GetMemory(sizeHint);

    public override void Advance(int bytes)
    {
        Transport.Advance(bytes);
        Passed(bytes);
    }

    public override void EndSegment()
    {
    }

    public override void Release(ReadOnlySpan<byte> segment) => ReleaseUnknown(segment);

    public override void Skip(ulong contentBytes) => Offset += contentBytes;
}
