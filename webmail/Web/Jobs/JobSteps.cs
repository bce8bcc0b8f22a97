using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Sync;
using Webmail.Mail.Writing;
using Webmail.Web.Database;
using Webmail.Web.Index;
using Webmail.Web.Jmap;
using Webmail.Web.Outbox;

namespace Webmail.Web.Jobs;

/// <summary>Goes on with a job, wherever the one before has left it, until it ends or others have their turn.</summary>
internal sealed class JobSteps(JobLeases leases, JobWork work, OutboxKey key, BatchWriter batches, EmailFinder finder, IndexSync index)
{
    private const string SignIn = "Your password does not work any longer; sign in again, then it goes on.";

    /// <summary>Attempts wait twice as long each time, up to a minute: somebody may be watching.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastPause = TimeSpan.FromMinutes(1);

    /// <param name="item">What is to be done.</param>
    /// <param name="cancellationToken">The lease is lost, or this backend stops.</param>
    public async Task RunAsync(JobItem item, CancellationToken cancellationToken)
    {
        if (key.Open(item.Account, item.SealedCredentials) is not { } credentials)
        {
            await leases.RetryAsync(item, null, SignIn, cancellationToken);
            return;
        }

        try
        {
            await RunAsync(item, credentials, cancellationToken);
        }
        catch (MailRefusedException)
        {
            await leases.RetryAsync(item, null, SignIn, cancellationToken);
        }
        catch (MailUnavailableException away)
        {
            await WaitAsync(item, $"It goes on by itself when the mail server is back: {away.Message}", cancellationToken);
        }
        catch (Exception refusal) when (refusal is MailCommandException or MailNotFoundException)
        {
            await work.LookBackAsync(item, credentials, cancellationToken);
            await RefuseAsync(item, refusal.Message, cancellationToken);
        }
        catch (SetException refusal)
        {
            await EndAsync(item, refusal.Error.Description, cancellationToken);
        }
    }

    /// <summary>It may be for now only: it is tried again a few times.</summary>
    public Task RefuseAsync(JobItem item, string reason, CancellationToken cancellationToken) =>
        item.Failures + 1 < JobLimits.RefusalsMax ? WaitAsync(item, reason, cancellationToken) : EndAsync(item, reason, cancellationToken);

    private async Task RunAsync(JobItem item, Credentials credentials, CancellationToken cancellationToken)
    {
        // Made now, the trash is none that anything was selected from: nothing in it is destroyed for ever.
        var trash = item.Target;
        // Names may have changed, and mailboxes gone.
        var mailboxes = await index.ListAsync(credentials, item.Account, cancellationToken);
        if (item.Action == JobAction.Delete && item.Target is null)
        {
            item = item with { Target = await MakeTrashAsync(item, credentials, cancellationToken) };
        }
        else if (item.Target is { } target && !mailboxes.Any(row => row.Id == target && row.Selectable))
        {
            throw new SetException("notFound", "The mailbox that the messages go to is not there any longer.");
        }

        if (item.Selection is { } selection && !await SelectAsync(item with { Target = trash }, selection, credentials, cancellationToken))
        {
            await leases.YieldAsync(item, cancellationToken);
            return;
        }

        if (await leases.UnderwayAsync(item, cancellationToken) is { } left)
        {
            await work.GoOnAsync(item, left, credentials, cancellationToken);
        }

        for (var step = 0; step < JobLimits.StepsPerTurn; step++)
        {
            if (await leases.BeginAsync(item, cancellationToken) is not { } batch)
            {
                await leases.ForgetAsync(item);
                return;
            }

            if (await work.DoAsync(item, batch, credentials, cancellationToken) == 0)
            {
                throw new MailCommandException("The mail server has changed none of the messages it was asked to.");
            }
        }

        await leases.YieldAsync(item, cancellationToken);
    }

    private async Task<long> MakeTrashAsync(JobItem item, Credentials credentials, CancellationToken cancellationToken)
    {
        var name = await batches.RequireTrashAsync(credentials, cancellationToken);
        var trash = (await index.ListAsync(credentials, item.Account, cancellationToken)).FirstOrDefault(row => row.Name == name)
            ?? throw new MailNotFoundException("There is no trash.");
        await leases.SetTargetAsync(item, trash.Id, cancellationToken);
        return trash.Id;
    }

    /// <summary>False if the index has to be made first, of which a part is done each time.</summary>
    private async Task<bool> SelectAsync(JobItem item, PendingSelection selection, Credentials credentials, CancellationToken cancellationToken)
    {
        if (selection.Undoes is { } undone)
        {
            return await leases.SelectAsync(item, queue => JobSelection.FromUndoneAsync(queue, item.Number, undone), cancellationToken);
        }

        if (await index.FollowAsync(credentials, item.Account, selection.Mailbox!.Value, cancellationToken) is not { } row)
        {
            throw new SetException("notFound", "The mailbox is not there any longer.");
        }

        if (selection.Validity != 0 && selection.Validity != row.Mark.Validity)
        {
            throw new SetException("notFound", "The mailbox was made anew on the mail server: which messages were meant is not known any longer.");
        }

        if (!row.Mark.IsComplete)
        {
            await index.FollowOlderAsync(credentials, item.Account, row, cancellationToken);
            return false;
        }

        var filter = JobFilter.Parse(selection.Filter);
        var sql = await finder.SqlAsync(credentials, item.Account, filter, [row], cancellationToken);
        return await leases.SelectAsync(
            item,
            queue => JobSelection.FromMailboxAsync(queue, item.Number, item.Action, item.Target, row.Id, selection.BelowUid, sql, filter),
            cancellationToken);
    }

    private async Task WaitAsync(JobItem item, string reason, CancellationToken cancellationToken) => await leases.RetryAsync(
        item,
        item.Failures > 10 ? LastPause : TimeSpan.FromTicks(Math.Min(FirstPause.Ticks << item.Failures, LastPause.Ticks)),
        reason,
        cancellationToken);

    private async Task EndAsync(JobItem item, string reason, CancellationToken cancellationToken)
    {
        await leases.FailAsync(item, reason, cancellationToken);
        await leases.ForgetAsync(item);
    }
}
