using Webmail.Mail.Seams;
using Webmail.Web.Database;

namespace Webmail.Web.Push;

/// <summary>
/// One open stream. What it says next is a choice that waits until there is something to say, and is in the journal before its bytes leave: a
/// backend that continues the stream says the same again, and then waits in its place.
/// </summary>
internal sealed class PushStream(PushReader reader, ChangeSubscription changes, TimeProvider time, MailAccount account, PushQuery query, byte[]? session)
{
    /// <summary>Writes events until the stream is over, or is cancelled.</summary>
    /// <param name="known">What the client knows.</param>
    /// <param name="body">Where it is written; waits while the client does not read.</param>
    /// <param name="cancellationToken">The client is gone, or the stream goes on elsewhere.</param>
    public async Task RunAsync(PushStates known, Stream body, CancellationToken cancellationToken)
    {
        await body.WriteAsync(PushText.Opening(known), cancellationToken);
        for (var isOver = false; !isOver;)
        {
            var before = known;
            if (await account.Choices.ChooseAsync("push.next", async token => await NextAsync(before, token), cancellationToken) is not { } turn)
            {
                return;
            }

            known = turn.States ?? known;
            isOver = turn.IsOver || (turn.States is not null && query.ClosesAfterState);
            await body.WriteAsync(
                turn.States is null ? PushText.Ping(query.Ping) : PushText.StateChange(account.Id, known, known.Since(before, query.Types)), cancellationToken);
        }
    }

    /// <summary>Null once the session has ended.</summary>
    private async Task<PushTurn?> NextAsync(PushStates known, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        for (var hasGathered = false; ;)
        {
            // Before the question: what changes after it is heard.
            var left = (query.Ping ?? PushLimits.QuietMax) - time.GetElapsedTime(began);
            if (await ReadAsync(known, cancellationToken) is not { } now)
            {
                return null;
            }

            var isNews = now.Since(known, query.Types).Count > 0;
            if (isNews && !hasGathered)
            {
                hasGathered = true;
                await Task.Delay(PushLimits.Gather, time, cancellationToken);
            }
            else if (isNews || left <= TimeSpan.Zero)
            {
                return new PushTurn(isNews ? now : null, time.GetUtcNow() - account.Time.GetUtcNow() > PushLimits.StreamLifetime);
            }
            else
            {
                await changes.WaitAsync(left, cancellationToken);
            }
        }
    }

    /// <summary>Without the database there is no news; the stream stays.</summary>
    private async Task<PushStates?> ReadAsync(PushStates known, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(account.Id, session, cancellationToken);
        }
        catch (DatabaseUnavailableException)
        {
            await Task.Delay(PushLimits.DatabasePause, time, cancellationToken);
            changes.Tell();
            return known;
        }
    }
}
