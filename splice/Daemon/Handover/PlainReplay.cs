using System.Buffers;
using System.Net.Sockets;
using Splice.Daemon.Flows;
using Splice.Daemon.Splicing;
using Splice.Store;
using Splice.Wire;

namespace Splice.Daemon.Handover;

/// <summary>
/// Sends a request again to a plain backend and swallows the part of the answer that the client has. The advertised window
/// ends exactly there, so that not one byte more arrives at the proxy.
/// </summary>
public sealed class PlainReplay(FlowStore store)
{
    private const int BufferBytes = 256 * 1024;
    private const ulong EdgeAheadBytes = 1UL << 28;

    /// <summary>Returns the output offset of the next byte the backend will send.</summary>
    /// <exception cref="ReplayRefusedException">The answer's head differs from the one the client has.</exception>
    public async Task<ulong> ReplayAsync(Flow flow, BackendLeg leg, HandoverPlan plan, CancellationToken cancellationToken)
    {
        var swallow = plan.AckedOffset - plan.OutputOffset;
        leg.Leg.Freeze();
        var first = leg.Leg.ReadNumbers().ReceiveSeq;
        leg.Leg.Thaw();
        MoveEdge(flow, leg, first, 0, swallow);

        var request = await store.ReadInputAsync(flow.Id, plan.InputOffset, cancellationToken);
        await leg.SendAsync(request, cancellationToken);
        flow.Plain!.Fed = plan.InputOffset + (ulong)request.Length;
        await SwallowAsync(flow, leg, plan, first, swallow, cancellationToken);
        return plan.AckedOffset;
    }

    /// <summary>Sequence numbers wrap, so the window's edge runs ahead in steps that are far below 2 GiB.</summary>
    private static void MoveEdge(Flow flow, BackendLeg leg, uint first, ulong done, ulong count)
    {
        if (count > 0)
        {
            leg.LimitWindow(first + (uint)Math.Min(count, done + EdgeAheadBytes), !flow.Record.Sack, flow.Record.ClientMss);
        }
    }

    private static async Task SwallowAsync(
        Flow flow, BackendLeg leg, HandoverPlan plan, uint first, ulong count, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var head = new List<byte>();
        PlainAnswerHead? answer = null;
        try
        {
            for (ulong done = 0; done < count;)
            {
                var wanted = (int)Math.Min(count - done, BufferBytes);
                var read = await leg.Leg.Socket.ReceiveAsync(buffer.AsMemory(0, wanted), SocketFlags.None, cancellationToken);
                if (read == 0)
                {
                    throw new ReplayRefusedException($"it closed after {done} of {count} bytes to repeat");
                }

                done += (ulong)read;
                MoveEdge(flow, leg, first, done, count);
                if (answer is null)
                {
                    head.AddRange(buffer.AsSpan(0, read));
                    answer = Check(flow, head.ToArray());
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        flow.Plain!.Answer(plan.OutputOffset, head.ToArray());
    }

    private static PlainAnswerHead? Check(Flow flow, byte[] bytes)
    {
        if (!PlainAnswerHead.TryParse(bytes, false, out var head))
        {
            return null;
        }

        if (flow.Plain!.Current.Head is { } earlier && !head!.Continues(earlier))
        {
            throw new ReplayRefusedException($"its answer is not the one the client has: expected {earlier}, got {head}");
        }

        return head;
    }
}
