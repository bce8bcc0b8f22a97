using MailKit;
using MailKit.Search;
using MimeKit;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Sending;

/// <summary>
/// The copies of a submitted message in its sender's mailboxes, recognised by its Message-ID. Each step looks before it writes,
/// so that it can be done again by whoever does not know how far the one before him came.
/// </summary>
public sealed class MessageCopies(ImapPool pool)
{
    private const string Sent = "sent";
    private const string Drafts = "drafts";

    /// <summary>Looked at in one mailbox; more copies of one message are nobody's.</summary>
    private const int CopiesMax = 10;

    /// <summary>Files the message in Sent unless it is there: its client may have moved it there, or the mail server filed it itself.</summary>
    public async Task FileAsync(Credentials credentials, string messageId, Func<CancellationToken, Task<byte[]>> read, CancellationToken cancellationToken) =>
        await pool.AskAsync(
            credentials,
            null,
            async (connection, token) =>
            {
                var sent = await RoleFolder.RequireAsync(connection, Sent, "Sent", token);
                return await FindAsync(connection, sent, messageId, token) is []
                    ? await AppendOnceAsync(connection, sent, messageId, MessageFlags.Seen, await read(token), token)
                    : null;
            },
            cancellationToken);

    /// <summary>Puts the message into the drafts, out of Sent if it lies there; where it lies then, or null if the mail server does not say it.</summary>
    public Task<MessagePlace?> ReturnAsync(Credentials credentials, string messageId, Func<CancellationToken, Task<byte[]>> read, CancellationToken cancellationToken) =>
        pool.AskAsync(
            credentials,
            null,
            async (connection, token) =>
            {
                var drafts = await RoleFolder.RequireAsync(connection, Drafts, "Drafts", token);
                if (await FindAsync(connection, drafts, messageId, token) is [] && await RoleFolder.FindAsync(connection, Sent, token) is { } sent
                    && await FindAsync(connection, sent, messageId, token) is [var filed, ..])
                {
                    // By its name once more: looking may have left it read-only.
                    var source = await connection.OpenAsync(sent.FullName, FolderAccess.ReadWrite, token);
                    await source.MoveToAsync(filed, drafts, token);
                }

                if (await FindAsync(connection, drafts, messageId, token) is [var draft, ..])
                {
                    var folder = await connection.OpenAsync(drafts.FullName, FolderAccess.ReadWrite, token);
                    await folder.StoreAsync(draft, new StoreFlagsRequest(StoreAction.Add, MessageFlags.Draft | MessageFlags.Seen) { Silent = true }, token);
                    return new MessagePlace(drafts.FullName, draft.Id);
                }

                return await AppendOnceAsync(connection, drafts, messageId, MessageFlags.Draft | MessageFlags.Seen, await read(token), token);
            },
            cancellationToken);

    /// <summary>
    /// Where a copy lies that can only have come through the mail server, or null: one that says so (Received, RFC 5321 §4.4), or
    /// one more in Sent than the sender put there himself.
    /// </summary>
    public Task<string?> FindEvidenceAsync(Credentials credentials, string messageId, bool clientFiles, CancellationToken cancellationToken) =>
        pool.AskAsync(
            credentials,
            null,
            async (connection, token) =>
            {
                foreach (var role in (string[])[Sent, "inbox", "all"])
                {
                    if (await RoleFolder.FindAsync(connection, role, token) is not { } folder || await FindAsync(connection, folder, messageId, token) is not [_, ..] copies)
                    {
                        continue;
                    }

                    var fields = await folder.FetchAsync(copies, new FetchRequest(MessageSummaryItems.UniqueId, [HeaderId.Received]), token);
                    if (fields.Any(copy => copy.Headers?.Contains(HeaderId.Received) is true) || (role == Sent && copies.Count > (clientFiles ? 1 : 0)))
                    {
                        return folder.FullName;
                    }
                }

                return null;
            },
            cancellationToken);

    private static async Task<IList<UniqueId>> FindAsync(ImapConnection connection, IMailFolder folder, string messageId, CancellationToken cancellationToken)
    {
        var open = await connection.OpenAsync(folder.FullName, FolderAccess.ReadOnly, cancellationToken);
        var found = await open.SearchAsync(SearchQuery.HeaderContains("Message-ID", $"<{messageId}>"), cancellationToken);
        return [.. found.Take(CopiesMax)];
    }

    /// <summary>
    /// Two that look at the same time both find nothing and both write; so each looks again, and who came second takes his own away.
    /// </summary>
    private static async Task<MessagePlace?> AppendOnceAsync(
        ImapConnection connection, IMailFolder folder, string messageId, MessageFlags flags, byte[] content, CancellationToken cancellationToken)
    {
        using var message = await MimeMessage.LoadAsync(new MemoryStream(content, false), cancellationToken);
        var own = await connection.AppendAsync(folder.FullName, new AppendRequest(message, flags) { InternalDate = message.Date }, cancellationToken);
        var copies = await FindAsync(connection, folder, messageId, cancellationToken);
        var first = copies.Count > 0 ? copies.Min(copy => copy.Id) : (uint?)null;
        if (own is { } mine && first < mine.Id)
        {
            var open = await connection.OpenAsync(folder.FullName, FolderAccess.ReadWrite, cancellationToken);
            await open.StoreAsync(mine, new StoreFlagsRequest(StoreAction.Add, MessageFlags.Deleted) { Silent = true }, cancellationToken);
            await open.ExpungeAsync([mine], cancellationToken);
        }

        return first is { } kept ? new MessagePlace(folder.FullName, kept) : null;
    }
}

/// <summary>Where a message lies: the mailbox's full name, and its UID there.</summary>
public sealed record MessagePlace(string Mailbox, uint Uid);
