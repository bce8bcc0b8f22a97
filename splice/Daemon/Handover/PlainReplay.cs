using System.Buffers;
using System.Text;
using Splice.Daemon.Flows;
using Splice.Daemon.Splicing;
using Splice.Store;

namespace Splice.Daemon.Handover;

/// <summary>
/// Sends a request again to a plain backend and swallows the part of the answer that the client has. The advertised window
/// ends there, so that nothing more arrives at the proxy. Where the first answer offered ranges (RFC 9110 §14), only the
/// end of that part is asked for, and the time does not grow with the offset.
/// </summary>
public sealed class PlainReplay(FlowStore store)
{
    private const int BufferBytes = 256 * 1024;
    private const int RangeOverlapBytes = 8 * 1024;
    private const ulong EdgeAheadBytes = 1UL << 28;

    /// <summary>Returns where the backend's stream lies in the flow's output.</summary>
    /// <exception cref="ReplayRefusedException">The answer's head differs from the one the client has.</exception>
    public async Task<PlainJoint> ReplayAsync(Flow flow, BackendLeg leg, HandoverPlan plan, CancellationToken cancellationToken)
    {
        leg.Leg.Freeze();
        var first = leg.Leg.ReadNumbers().ReceiveSeq;
        leg.Leg.Thaw();

        var request = await store.ReadInputAsync(flow.Id, plan.InputOffset, cancellationToken);
        flow.Plain!.Fed = plan.InputOffset + (ulong)request.Length;
        var earlier = flow.Plain.Current.Head;
        var done = plan.AckedOffset - plan.OutputOffset;
        var from = earlier is { Ranges: true } ? (long)done - earlier.LengthBytes - RangeOverlapBytes : 0;
        var ranged = from > 0 ? WithRange(request.Span, from, earlier!) : null;
        var swallow = ranged is null ? done : RangeOverlapBytes;

        MoveEdge(flow, leg, first, 0, swallow);
        await leg.SendAsync(ranged ?? request, cancellationToken);
        var head = await SwallowAsync(flow, leg, first, swallow, cancellationToken);
        if (ranged is null)
        {
            flow.Plain.Answer(plan.OutputOffset, head.Bytes);
            Check(earlier is null || head.Head is null || head.Head.Continues(earlier), earlier, head.Head);
            return new PlainJoint(first, plan.OutputOffset);
        }

        Check(head.Head is not null && earlier!.IsContinuedBy(head.Head, from), earlier, head.Head);
        return new PlainJoint(first, plan.OutputOffset + (ulong)(earlier!.LengthBytes + from - head.Head!.LengthBytes));
    }

    /// <summary>Null if the request is not a plain GET of the whole: then it is repeated as it was.</summary>
    private static byte[]? WithRange(ReadOnlySpan<byte> request, long from, PlainAnswerHead earlier)
    {
        var end = request.IndexOf("\r\n\r\n"u8);
        var text = end < 0 ? "" : Encoding.Latin1.GetString(request[..end]);
        if (!text.StartsWith("GET ", StringComparison.Ordinal) || text.Contains("\r\nRange:", StringComparison.OrdinalIgnoreCase)
            || end + 4 != request.Length)
        {
            return null;
        }

        var tag = earlier.EntityTag.Split(';').First(part => part.StartsWith("ETag=", StringComparison.OrdinalIgnoreCase))[5..];
        return Encoding.Latin1.GetBytes($"{text}\r\nRange: bytes={from}-\r\nIf-Range: {tag}\r\n\r\n");
    }

    /// <summary>Sequence numbers wrap, so the window's edge runs ahead in steps that are far below 2 GiB.</summary>
    private static void MoveEdge(Flow flow, BackendLeg leg, uint first, ulong done, ulong count)
    {
        if (count > 0)
        {
            leg.LimitWindow(first + (uint)Math.Min(count, done + EdgeAheadBytes), !flow.Record.Sack, flow.Record.ClientMss);
        }
    }

    /// <summary>
    /// Takes what fits into the window. A sender does not fill the last bit of it with less than a whole segment, so less
    /// than that may stay behind: the client gets those bytes twice, which TCP discards.
    /// </summary>
    private static async Task<(PlainAnswerHead? Head, byte[] Bytes)> SwallowAsync(
        Flow flow, BackendLeg leg, uint first, ulong count, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var head = new List<byte>();
        PlainAnswerHead? answer = null;
        try
        {
            for (ulong done = 0; done < count && (answer is null || count - done >= flow.Record.ClientMss);)
            {
                var wanted = (int)Math.Min(count - done, BufferBytes);
                var read = await leg.Leg.ReceiveAsync(buffer.AsMemory(0, wanted), cancellationToken);
                if (read == 0)
                {
                    throw new ReplayRefusedException($"it closed after {done} of {count} bytes to repeat");
                }

                done += (ulong)read;
                MoveEdge(flow, leg, first, done, count);
                if (answer is null)
                {
                    head.AddRange(buffer.AsSpan(0, read));
                    PlainAnswerHead.TryParse(head.ToArray(), false, out answer);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return (answer, head.ToArray());
    }

    private static void Check(bool continues, PlainAnswerHead? earlier, PlainAnswerHead? got)
    {
        if (!continues)
        {
            throw new ReplayRefusedException($"its answer is not the one the client has: expected {earlier}, got {got}");
        }
    }
}

/// <summary>A sequence number of a plain backend's leg and the output offset that it stands for.</summary>
public readonly record struct PlainJoint(uint Seq, ulong OutputOffset);
