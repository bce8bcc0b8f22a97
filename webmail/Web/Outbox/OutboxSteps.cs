using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Sending;
using Webmail.Web.Index;

namespace Webmail.Web.Outbox;

/// <summary>What is done with a submission next. A step can be done again by whoever finds it undone.</summary>
internal sealed class OutboxSteps(OutboxLeases leases, OutboxKey key, Submitter submitter, MessageCopies copies, IndexSync index)
{
    private const string SignIn = "Your password does not work any longer; sign in again, then it goes on.";

    /// <summary>Attempts wait twice as long each time, up to a quarter of an hour.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastPause = TimeSpan.FromMinutes(15);

    /// <summary>When evidence is looked for after the message became uncertain; then its sender is left to decide.</summary>
    private static readonly TimeSpan[] Checks = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10)];

    /// <param name="item">What is to be done.</param>
    /// <param name="cancellationToken">The lease is lost, or this backend stops.</param>
    public async Task RunAsync(OutboxItem item, CancellationToken cancellationToken)
    {
        if (key.Open(item.Account, item.SealedCredentials) is not { } credentials)
        {
            await leases.RetryAsync(item, null, needsSignIn: true, null, SignIn, cancellationToken);
            return;
        }

        try
        {
            await (item.State switch
            {
                OutboxState.Sending => SendAsync(item, credentials, cancellationToken),
                OutboxState.Accepted => FileAsync(item, credentials, cancellationToken),
                OutboxState.Uncertain => CheckAsync(item, credentials, cancellationToken),
                _ => ReturnAsync(item, credentials, cancellationToken),
            });
        }
        catch (MailRefusedException)
        {
            await leases.RetryAsync(item, null, needsSignIn: true, null, SignIn, cancellationToken);
        }
        catch (Exception failure) when (failure is MailUnavailableException or MailCommandException or MailNotFoundException)
        {
            await FailAsync(item, failure.Message, cancellationToken);
        }
    }

    /// <summary>Something went wrong that no step expects.</summary>
    public async Task FailAsync(OutboxItem item, string reason, CancellationToken cancellationToken)
    {
        switch (item.State)
        {
            case OutboxState.Sending when await leases.DoubtAsync(item, UncertainText.Unknown, cancellationToken):
                return;
            case OutboxState.Sending:
                await LaterAsync(item, null, $"The message could not be sent yet ({reason}); it is tried again.", cancellationToken);
                return;
            case OutboxState.Uncertain:
                await CheckLaterAsync(item, cancellationToken);
                return;
            default:
                var what = item.State == OutboxState.Accepted ? "The message was sent, but its copy could not be filed in Sent" : "The message could not be put back into the drafts";
                await leases.RetryAsync(
                    item,
                    item.IsExpired ? null : Pause(item),
                    needsSignIn: false,
                    null,
                    // Why it goes back must not be forgotten over this.
                    item.State == OutboxState.Refused ? null : $"{what} yet: {reason}",
                    cancellationToken);
                return;
        }
    }

    private async Task SendAsync(OutboxItem item, Credentials credentials, CancellationToken cancellationToken)
    {
        var content = await leases.ContentAsync(item, cancellationToken);
        var result = await submitter.SubmitAsync(
            credentials, content, item.Envelope, async token => await leases.LeaveAsync(item, token), cancellationToken);
        switch (result.End)
        {
            case SubmissionEnd.Accepted:
                await leases.AcceptAsync(item, result.Reply, CancellationToken.None);
                return;
            case SubmissionEnd.Refused:
                await leases.RefuseAsync(item, result.Reply, result.Problem!, CancellationToken.None);
                return;
            case SubmissionEnd.Later:
                await LaterAsync(item, result.Reply, result.Problem!, CancellationToken.None);
                return;
            case SubmissionEnd.NotSignedIn:
                await leases.RetryAsync(item, null, needsSignIn: true, result.Reply, result.Problem, CancellationToken.None);
                return;
            case SubmissionEnd.Unknown:
                await leases.DoubtAsync(item, result.Problem!, CancellationToken.None);
                return;
            default:
                return;
        }
    }

    private async Task FileAsync(OutboxItem item, Credentials credentials, CancellationToken cancellationToken)
    {
        await copies.FileAsync(credentials, item.MessageId, async token => await leases.ContentAsync(item, token), cancellationToken);
        await leases.FinishAsync(item, OutboxState.Filed, null, cancellationToken);
    }

    private async Task ReturnAsync(OutboxItem item, Credentials credentials, CancellationToken cancellationToken)
    {
        var place = await copies.ReturnAsync(credentials, item.MessageId, async token => await leases.ContentAsync(item, token), cancellationToken);
        var draft = place is null ? null : await index.FindAsync(credentials, item.Account, place.Mailbox, place.Uid, cancellationToken);
        await leases.FinishAsync(item, item.State, draft?.Id.ToString(), cancellationToken);
    }

    private async Task CheckAsync(OutboxItem item, Credentials credentials, CancellationToken cancellationToken)
    {
        if (await copies.FindEvidenceAsync(credentials, item.MessageId, item.ClientFiles, cancellationToken) is { } mailbox)
        {
            await leases.ProveAsync(item, $"250 2.0.0 not confirmed, but a copy came to {mailbox}", cancellationToken);
            return;
        }

        await CheckLaterAsync(item, cancellationToken);
    }

    private async Task CheckLaterAsync(OutboxItem item, CancellationToken cancellationToken) =>
        await leases.RetryAsync(item, item.Failures < Checks.Length ? Checks[item.Failures] : null, needsSignIn: false, null, null, cancellationToken);

    private async Task LaterAsync(OutboxItem item, string? reply, string problem, CancellationToken cancellationToken)
    {
        if (item.IsExpired)
        {
            await leases.RefuseAsync(item, reply, $"The message could not be sent for {OutboxLimits.TriedFor.TotalHours:0} hours and was given up. Last problem: {problem}", cancellationToken);
            return;
        }

        await leases.RetryAsync(item, Pause(item), needsSignIn: false, reply, problem, cancellationToken);
    }

    private static TimeSpan Pause(OutboxItem item) => item.Failures > 10 ? LastPause : TimeSpan.FromTicks(Math.Min(FirstPause.Ticks << item.Failures, LastPause.Ticks));
}
