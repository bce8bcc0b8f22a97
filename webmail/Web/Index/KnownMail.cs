using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Web.Index;

/// <summary>
/// The index for whoever reads: after it has followed the mail server or, while that is away, as it was when it last did. What it never knew is not
/// made up: then the reader is told that the mail server is away.
/// </summary>
internal sealed class KnownMail(IndexReader reader, IndexSync sync)
{
    /// <summary>The mailboxes there are.</summary>
    public Task<KnownMailboxes> ListAsync(MailAccount account, CancellationToken cancellationToken) =>
        ListAsync(account, sync.ListAsync, cancellationToken);

    /// <summary>The mailboxes there are, with all that is in them.</summary>
    public Task<KnownMailboxes> FollowAllAsync(MailAccount account, CancellationToken cancellationToken) =>
        ListAsync(account, sync.FollowAllAsync, cancellationToken);

    /// <summary>A mailbox with all that is in it; none if there is none with this key.</summary>
    public async Task<KnownMailboxes> FollowAsync(MailAccount account, long mailbox, CancellationToken cancellationToken)
    {
        try
        {
            return new KnownMailboxes(await sync.FollowAsync(account.Credentials, account.Id, mailbox, cancellationToken) is { } row ? [row] : [], IsCurrent: true);
        }
        catch (MailUnavailableException)
        {
            // A mailbox that was never read is not empty.
            if (await reader.MailboxAsync(account.Id, mailbox, cancellationToken) is not { Mark.Validity: not 0 } row)
            {
                throw;
            }

            return new KnownMailboxes([row], IsCurrent: false);
        }
    }

    private async Task<KnownMailboxes> ListAsync(
        MailAccount account, Func<Credentials, string, CancellationToken, Task<MailboxRow[]>> follow, CancellationToken cancellationToken)
    {
        try
        {
            return new KnownMailboxes(await follow(account.Credentials, account.Id, cancellationToken), IsCurrent: true);
        }
        catch (MailUnavailableException)
        {
            if (await reader.MailboxesAsync(account.Id, cancellationToken) is not { Length: > 0 } rows)
            {
                throw;
            }

            return new KnownMailboxes(rows, IsCurrent: false);
        }
    }
}

/// <param name="Rows">By name.</param>
/// <param name="IsCurrent">As they are on the mail server; else as they were when that was last there.</param>
internal sealed record KnownMailboxes(MailboxRow[] Rows, bool IsCurrent);
