using MailKit;
using MailKit.Search;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Writing;

/// <summary>
/// Moves one message. Doubt is resolved by where it is: still at its old place, or in the target, recognised by its
/// Message-ID; a message that is in neither is gone, by whomever.
/// </summary>
internal sealed class MoveEffect(ImapPool pool, Credentials credentials, EmailId id, string? messageId, MailboxId target) : IMailEffect<WrittenEmail?>
{
    public async ValueTask<WrittenEmail?> PerformAsync(Guid effect, CancellationToken cancellationToken)
    {
        var asked = false;
        return await pool.AskAsync(
            credentials,
            id.Mailbox.Name,
            async (connection, token) =>
            {
                // The first connection broke: it may have moved the message.
                var again = asked;
                asked = true;
                return await MoveAsync(connection, token) ?? (again ? await FindAsync(connection, token) : null);
            },
            cancellationToken);
    }

    public async ValueTask<WrittenEmail?> ResolveAsync(Guid effect, CancellationToken cancellationToken) =>
        await PerformAsync(effect, cancellationToken)
            ?? await pool.AskAsync(credentials, target.Name, FindAsync, cancellationToken);

    private async Task<WrittenEmail?> MoveAsync(ImapConnection connection, CancellationToken cancellationToken)
    {
        UniqueId? place = null;
        var isMoved = await ExistingMessage.ChangeAsync(
            connection,
            id,
            async (folder, uid) => place = await folder.MoveToAsync(uid, await connection.FolderAsync(target.Name, cancellationToken), cancellationToken),
            cancellationToken);
        return !isMoved ? null : place is { } known ? new WrittenEmail(known.Validity, known.Id, 0) : await FindAsync(connection, cancellationToken);
    }

    private async Task<WrittenEmail?> FindAsync(ImapConnection connection, CancellationToken cancellationToken)
    {
        var folder = await connection.OpenAsync(target.Name, FolderAccess.ReadOnly, cancellationToken);
        var query = messageId is { Length: > 0 } ? SearchQuery.HeaderContains("Message-ID", messageId) : SearchQuery.All;
        var uids = await folder.SearchAsync(query, cancellationToken);
        return uids.Count == 0 ? null : new WrittenEmail(folder.UidValidity, uids.Max(uid => uid.Id), 0);
    }
}
