using MailKit;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Writing;

/// <summary>Changes what lies on the mail server, each change an effect.</summary>
public sealed class EmailWriter(ImapPool pool)
{
    public ValueTask<WrittenEmail> CreateAsync(MailAccount account, NewEmail email, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Effects.PerformAsync("email.create", new AppendEffect(pool, account.Credentials, email), cancellationToken);
    }

    /// <summary>Puts a message as it is into a mailbox; null if it is no message, or one beyond our limits.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="email">The message.</param>
    /// <param name="end">The mailbox's end before: doubt is resolved by what lies behind it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask<WrittenEmail?> ImportAsync(MailAccount account, ImportedEmail email, MailboxEnd end, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Effects.PerformAsync("email.import", new ImportEffect(pool, account.Credentials, email, end), cancellationToken);
    }

    /// <summary>Where a mailbox ends.</summary>
    public ValueTask<MailboxEnd> EndAsync(MailAccount account, MailboxId mailbox, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Choices.ChooseAsync(
            "imap.end",
            async token => await pool.AskAsync(account.Credentials, mailbox.Name, async (connection, inner) =>
            {
                var folder = await connection.OpenAsync(mailbox.Name, FolderAccess.ReadOnly, inner);
                var last = folder.Count == 0 ? [] : await folder.FetchAsync(folder.Count - 1, -1, MessageSummaryItems.UniqueId, inner);
                return new MailboxEnd(folder.UidValidity, last.Select(message => message.UniqueId.Id).DefaultIfEmpty().Max() + 1);
            }, token),
            cancellationToken);
    }

    /// <summary>Sets and clears keywords; may be done twice without harm. False if there is no such message.</summary>
    public ValueTask<bool> MarkAsync(
        MailAccount account, EmailId id, IReadOnlyCollection<string> set, IReadOnlyCollection<string> clear, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        return PerformAsync(account, "email.mark", id, async (folder, uid, token) =>
        {
            await StoreAsync(folder, uid, StoreAction.Add, set, token);
            await StoreAsync(folder, uid, StoreAction.Remove, clear, token);
        }, cancellationToken);
    }

    /// <summary>Replaces all keywords. False if there is no such message.</summary>
    public ValueTask<bool> RemarkAsync(MailAccount account, EmailId id, IReadOnlyCollection<string> keywords, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        return PerformAsync(account, "email.mark", id, (folder, uid, token) =>
        {
            var (flags, others) = Keywords.ToImap(keywords);
            return folder.StoreAsync(uid, new StoreFlagsRequest(StoreAction.Set, flags, others) { Silent = true }, token);
        }, cancellationToken);
    }

    /// <summary>Moves a message (RFC 6851); where it lies then, or null if there is no such message.</summary>
    public ValueTask<WrittenEmail?> MoveAsync(
        MailAccount account, EmailId id, string? messageId, MailboxId target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Effects.PerformAsync("email.move", new MoveEffect(pool, account.Credentials, id, messageId, target), cancellationToken);
    }

    /// <summary>Removes a message for good. False if there is no such message.</summary>
    public ValueTask<bool> DestroyAsync(MailAccount account, EmailId id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        return PerformAsync(account, "email.destroy", id, async (folder, uid, token) =>
        {
            await folder.StoreAsync(uid, new StoreFlagsRequest(StoreAction.Add, MessageFlags.Deleted) { Silent = true }, token);
            await folder.ExpungeAsync([uid], token);
        }, cancellationToken);
    }

    private ValueTask<bool> PerformAsync(
        MailAccount account, string name, EmailId id, Func<IMailFolder, UniqueId, CancellationToken, Task> change, CancellationToken cancellationToken) =>
        account.Effects.PerformAsync(name, new RepeatableMailEffect(async token => await pool.AskAsync(
            account.Credentials,
            id.Mailbox.Name,
            (connection, inner) => ExistingMessage.ChangeAsync(connection, id, (folder, uid) => change(folder, uid, inner), inner),
            token)), cancellationToken);

    private static async Task StoreAsync(
        IMailFolder folder, UniqueId uid, StoreAction action, IReadOnlyCollection<string> keywords, CancellationToken cancellationToken)
    {
        if (keywords.Count > 0)
        {
            var (flags, others) = Keywords.ToImap(keywords);
            await folder.StoreAsync(uid, new StoreFlagsRequest(action, flags, others) { Silent = true }, cancellationToken);
        }
    }

    /// <summary>An act that may be done twice without harm.</summary>
    private sealed class RepeatableMailEffect(Func<CancellationToken, ValueTask<bool>> act) : IMailEffect<bool>
    {
        public ValueTask<bool> PerformAsync(Guid id, CancellationToken cancellationToken) => act(cancellationToken);

        /// <summary>What the first attempt removed is not there any longer, and that is what was wanted.</summary>
        public async ValueTask<bool> ResolveAsync(Guid id, CancellationToken cancellationToken)
        {
            await act(cancellationToken);
            return true;
        }
    }
}
