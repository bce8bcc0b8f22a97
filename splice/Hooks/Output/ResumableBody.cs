using Microsoft.AspNetCore.Http;

namespace Splice.Hooks;

/// <summary>Sends one resumable body: from its beginning, or from where an earlier owner's checkpoint allows.</summary>
internal sealed class ResumableBody(HttpResponse response, SpliceFlow flow, RequestJournal journal, long lengthBytes)
{
    public async Task SendAsync(
        Func<BodyPosition, IBodyWriter, CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        var checkpoint = response.HasStarted ? null : journal.Replay?.LastCheckpoint(flow.Preamble.AckedOffset);
        if (checkpoint is null)
        {
            response.ContentLength = lengthBytes;
            await response.StartAsync(cancellationToken);
            await FinishAsync(send, default, cancellationToken);
            return;
        }

        // Kestrel insists on a head and counts the body; the client has the head, so it is made for the rest and dropped.
        response.ContentLength = lengthBytes - checkpoint.BodyOffset;
        flow.Output.BeginSkipping();
        await response.StartAsync(cancellationToken);
        await response.BodyWriter.FlushAsync(cancellationToken);
        flow.Output.ContinueFrom(checkpoint);
        journal.SkipTo(checkpoint);
        await FinishAsync(send, new BodyPosition(checkpoint.BodyOffset, checkpoint.State), cancellationToken);
    }

    private async Task FinishAsync(
        Func<BodyPosition, IBodyWriter, CancellationToken, Task> send,
        BodyPosition position,
        CancellationToken cancellationToken)
    {
        flow.Output.BeginUncut();
        var writer = new ResumableBodyWriter(response.BodyWriter, flow, journal, position.OffsetBytes);
        await send(position, writer, cancellationToken);
        await writer.FlushAsync(cancellationToken);
    }
}
