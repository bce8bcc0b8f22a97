using System.Text.Json.Nodes;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Writing;
using Webmail.Web.Index;
using Webmail.Web.Jmap;
using Webmail.Web.Jmap.Methods;
using Webmail.Web.Outbox;

namespace Webmail.Web.Drafts;

/// <summary>Brings a draft's message in the mailbox Drafts up to date. It can be done again by whoever finds it undone.</summary>
internal sealed class DraftSteps(DraftLeases leases, OutboxKey key, DraftCopies copies, DraftBlobs blobs, IndexSync index)
{
    private const string SignIn = "Your password does not work any longer; sign in again, then the draft appears in the mailbox.";

    /// <summary>Attempts wait twice as long each time, up to a quarter of an hour.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastPause = TimeSpan.FromMinutes(15);

    /// <summary>The composer takes texts and contents only; where the message lies is the mail server's word.</summary>
    private static readonly MailboxId Drafts = new(0, "");

    /// <param name="item">What is to be done.</param>
    /// <param name="cancellationToken">The lease is lost, or this backend stops.</param>
    public async Task RunAsync(DraftItem item, CancellationToken cancellationToken)
    {
        if (key.Open(item.Account, item.SealedCredentials) is not { } credentials)
        {
            await leases.RetryAsync(item, null, SignIn, cancellationToken);
            return;
        }

        try
        {
            await (item.IsDestroyed ? RemoveAsync(item, credentials, cancellationToken) : WriteAsync(item, credentials, cancellationToken));
        }
        catch (MailRefusedException)
        {
            await leases.RetryAsync(item, null, SignIn, cancellationToken);
        }
        catch (Exception failure) when (failure is MailUnavailableException or MailCommandException or MailNotFoundException or SetException)
        {
            await FailAsync(item, failure.Message, cancellationToken);
        }
    }

    /// <summary>Something went wrong that no step expects. The draft itself is safe.</summary>
    public async Task FailAsync(DraftItem item, string reason, CancellationToken cancellationToken) =>
        await leases.RetryAsync(
            item,
            item.Failures > 10 ? LastPause : TimeSpan.FromTicks(Math.Min(FirstPause.Ticks << item.Failures, LastPause.Ticks)),
            $"The draft is saved here, but not yet in the mailbox: {reason}",
            cancellationToken);

    private async Task RemoveAsync(DraftItem item, Credentials credentials, CancellationToken cancellationToken)
    {
        await copies.RemoveAsync(credentials, item.Token, item.Written, null, item.Replaced, cancellationToken);
        await leases.FinishAsync(item, 0, null, cancellationToken);
    }

    private async Task WriteAsync(DraftItem item, Credentials credentials, CancellationToken cancellationToken)
    {
        var current = await leases.ContentAsync(item, cancellationToken) ?? throw new OperationCanceledException("Somebody else has this draft, or it has gone.");
        var written = await copies.WriteAsync(
            credentials,
            new DraftMark(item.Token, current.Version),
            item.Written,
            token => ComposeAsync(item, current, token),
            async token => await leases.RenewAsync(item, token),
            cancellationToken);
        if (!await leases.RecordAsync(item, current.Version, written, cancellationToken))
        {
            throw new OperationCanceledException("Somebody else has this draft.");
        }

        await copies.RemoveAsync(credentials, item.Token, item.Written, new WrittenVersion(current.Version, written.Place), item.Replaced, cancellationToken);
        var email = await index.FindAsync(credentials, item.Account, written.Place.Mailbox, written.Place.Uid, cancellationToken);
        await leases.FinishAsync(item, current.Version, email?.Id.ToString(), cancellationToken);
    }

    private async Task<NewEmail> ComposeAsync(DraftItem item, CurrentVersion current, CancellationToken cancellationToken) =>
        await NewEmailReader.ReadAsync(
            JsonNode.Parse(current.Content)!["email"],
            Drafts,
            [],
            current.Changed,
            async (part, id) => part with { Content = await blobs.ContentAsync(item.Account, id, cancellationToken) ?? throw new SetException(NewBlobs.Missing(id)) });
}
