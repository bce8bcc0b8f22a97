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

    /// <summary>A round trip each.</summary>
    private const int RightsAtOnceMax = 50;
    private const string All = "aeiklprstwx";

    private const StatusItems Counts =
        StatusItems.Count | StatusItems.Unread | StatusItems.UidValidity | StatusItems.UidNext;

    /// <summary>Does not remember the answer: within choices only.</summary>
    /// <param name="credentials">Whose.</param>
    /// <param name="rightsKnown">The names of those whose rights need not be asked for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Mailbox[]> ListAsync(Credentials credentials, IReadOnlySet<string> rightsKnown, CancellationToken cancellationToken) =>
        pool.AskAsync(credentials, null, (connection, token) => ListAsync(connection, rightsKnown, token), cancellationToken);

    private static async Task<Mailbox[]> ListAsync(ImapConnection connection, IReadOnlySet<string> rightsKnown, CancellationToken cancellationToken)
    {
        var hasModSeq = connection.Client.Capabilities.HasFlag(ImapCapabilities.CondStore);
        await connection.LearnAsync(cancellationToken);
        // LIST-STATUS (RFC 5819): one round trip for all counts.
        var folders = await connection.FoldersAsync(hasModSeq ? Counts | StatusItems.HighestModSeq : Counts, cancellationToken);
        var roles = MailboxRoles.Of(connection, folders);
        IMailFolder[] shown =
        [
            .. folders
                .Where(folder => MailboxId.Fits(folder.FullName) && !folder.Attributes.HasFlag(FolderAttributes.NonExistent))
                .OrderBy(folder => folder.FullName, StringComparer.Ordinal)
                .Take(MailboxesMax),
        ];
        var rights = await RightsAsync(connection, shown.Where(folder => !rightsKnown.Contains(folder.FullName)), cancellationToken);
        return [.. shown.Select(folder => Described(connection, folder, roles.GetValueOrDefault(folder), rights.GetValueOrDefault(folder), hasModSeq))];
    }

    /// <summary>MYRIGHTS (RFC 4314 §3.5). A server that refuses it is taken to allow what it does not forbid when asked.</summary>
    private static async Task<Dictionary<IMailFolder, string>> RightsAsync(
        ImapConnection connection, IEnumerable<IMailFolder> folders, CancellationToken cancellationToken)
    {
        var rights = new Dictionary<IMailFolder, string>();
        if (!connection.Client.Capabilities.HasFlag(ImapCapabilities.Acl))
        {
            return rights;
        }

        foreach (var folder in folders.Where(folder => Opens(connection, folder)).Take(RightsAtOnceMax))
        {
            try
            {
                rights[folder] = string.Concat((await folder.GetMyAccessRightsAsync(cancellationToken)).Select(right => right.Right).Order());
            }
            catch (Exception refused) when (refused is ImapCommandException or FolderNotFoundException)
            {
                rights[folder] = All;
            }
        }

        return rights;
    }

    /// <summary>Of what it does not open, a server that counts all at once says nothing.</summary>
    private static bool Opens(ImapConnection connection, IMailFolder folder) => connection.HoldsMessages(folder) && folder.UidValidity != 0;

    private static Mailbox Described(ImapConnection connection, IMailFolder folder, string? role, string? rights, bool hasModSeq) => new(
        folder.FullName,
        connection.ParentOf(folder)?.FullName,
        folder.Name,
        role,
        Opens(connection, folder),
        folder.IsSubscribed || (folder == connection.Client.Inbox && !connection.TellsInboxSubscription),
        Math.Max(folder.Count, 0),
        Math.Max(folder.Unread, 0),
        folder.UidValidity,
        folder.UidNext?.Id ?? 0,
        hasModSeq ? folder.HighestModSeq : 0,
        rights);
}
