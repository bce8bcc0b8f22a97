using MailKit;
using MailKit.Net.Imap;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Mailboxes;

/// <summary>Lists the mailboxes with their counts.</summary>
public sealed class MailboxReader(ImapPool pool)
{
    private const int MailboxesMax = 2000;

    private const StatusItems Counts =
        StatusItems.Count | StatusItems.Unread | StatusItems.UidValidity | StatusItems.UidNext;

    /// <summary>Does not remember the answer: within choices only.</summary>
    public Task<Mailbox[]> ListAsync(Credentials credentials, CancellationToken cancellationToken) =>
        pool.AskAsync(credentials, null, ListAsync, cancellationToken);

    private static async Task<Mailbox[]> ListAsync(ImapConnection connection, CancellationToken cancellationToken)
    {
        var hasModSeq = connection.Client.Capabilities.HasFlag(ImapCapabilities.CondStore);
        await connection.LearnAsync(cancellationToken);
        // LIST-STATUS (RFC 5819): one round trip for all counts.
        var folders = await connection.FoldersAsync(hasModSeq ? Counts | StatusItems.HighestModSeq : Counts, cancellationToken);
        var roles = MailboxRoles.Of(connection, folders);
        return
        [
            .. folders
                .Where(folder => MailboxId.Fits(folder.FullName) && !folder.Attributes.HasFlag(FolderAttributes.NonExistent))
                .OrderBy(folder => folder.FullName, StringComparer.Ordinal)
                .Take(MailboxesMax)
                .Select(folder => Described(connection, folder, roles.GetValueOrDefault(folder), hasModSeq)),
        ];
    }

    private static Mailbox Described(ImapConnection connection, IMailFolder folder, string? role, bool hasModSeq) => new(
        folder.FullName,
        connection.ParentOf(folder)?.FullName,
        folder.Name,
        role,
        // Of what it does not open, a server that counts all at once says nothing.
        connection.HoldsMessages(folder) && folder.UidValidity != 0,
        folder.IsSubscribed || (folder == connection.Client.Inbox && !connection.TellsInboxSubscription),
        Math.Max(folder.Count, 0),
        Math.Max(folder.Unread, 0),
        folder.UidValidity,
        folder.UidNext?.Id ?? 0,
        hasModSeq ? folder.HighestModSeq : 0);
}
