using System.Buffers;
using System.IO.Pipelines;
using Splice.Wire;

namespace Splice.Hooks;

/// <summary>Reads a connection's preamble and nothing beyond it.</summary>
internal static class PreambleReader
{
    /// <summary>Null if it is invalid or the connection ended before it.</summary>
    public static async ValueTask<Preamble?> ReadAsync(
        PipeReader input, ReadOnlyMemory<byte> clusterKey, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var result = TryDecode(read.Buffer, clusterKey.Span, out var preamble, out var lengthBytes);
            if (result == ParseResult.Ok)
            {
                input.AdvanceTo(read.Buffer.GetPosition(lengthBytes));
                return preamble;
            }

            if (result == ParseResult.Invalid || read.IsCompleted)
            {
                input.AdvanceTo(read.Buffer.Start);
                return null;
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static ParseResult TryDecode(
        ReadOnlySequence<byte> buffer, ReadOnlySpan<byte> clusterKey, out Preamble? preamble, out int lengthBytes)
    {
        if (buffer.IsSingleSegment)
        {
            return PreambleCodec.TryDecode(buffer.FirstSpan, clusterKey, out preamble, out lengthBytes);
        }

        var start = buffer.Slice(0, Math.Min(buffer.Length, PreambleCodec.LengthBytesMax));
        return PreambleCodec.TryDecode(start.ToArray(), clusterKey, out preamble, out lengthBytes);
    }
}
