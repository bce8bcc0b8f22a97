using MailKit;
using MailKit.Search;
using MimeKit;
using MimeKit.Utils;
using Webmail.Mail.Blobs;
using Webmail.Mail.Imap;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Writing;

/// <summary>
/// Puts a message as it is into a mailbox. The same one may lie there already, and may be wanted twice; so doubt is resolved by looking
/// for its Message-ID and size behind the end that the mailbox had before. Null if it is no message.
/// </summary>
internal sealed class ImportEffect(ImapPool pool, Credentials credentials, ImportedEmail email, MailboxEnd end) : IMailEffect<WrittenEmail?>
{
    private readonly string _mailbox = email.Mailbox.Name;

    public ValueTask<WrittenEmail?> PerformAsync(Guid id, CancellationToken cancellationToken) => ImportAsync(mayBeThere: false, cancellationToken);

    public ValueTask<WrittenEmail?> ResolveAsync(Guid id, CancellationToken cancellationToken) => ImportAsync(mayBeThere: true, cancellationToken);

    private async ValueTask<WrittenEmail?> ImportAsync(bool mayBeThere, CancellationToken cancellationToken)
    {
        using var message = MessageParser.TryParse(email.Content ?? await new PartReader(pool).LoadAsync(credentials, email.Part!, cancellationToken));
        if (message is null)
        {
            return null;
        }

        var size = await MessageSize.OfAsync(message, cancellationToken);
        var (flags, keywords) = Keywords.ToImap(email.Keywords);
        var written = await pool.AskAsync(
            credentials,
            _mailbox,
            async (connection, token) =>
            {
                if (mayBeThere && await FindAsync(connection, message.MessageId, size, token) is { } already)
                {
                    return already;
                }

                // If this connection breaks, it may have taken the message.
                mayBeThere = true;
                var request = new AppendRequest(message, flags, keywords) { InternalDate = email.ReceivedAt ?? ReceivedAt(message) ?? email.Now };
                return await connection.AppendAsync(_mailbox, request, token) is { } uid
                    ? new WrittenEmail(uid.Validity, uid.Id, size)
                    : await FindAsync(connection, message.MessageId, size, token);
            },
            cancellationToken);
        return written ?? throw new MailCommandException($"The mail server does not say where it put the message in {_mailbox}.");
    }

    private async Task<WrittenEmail?> FindAsync(ImapConnection connection, string? messageId, long size, CancellationToken cancellationToken)
    {
        var folder = await connection.OpenAsync(_mailbox, FolderAccess.ReadOnly, cancellationToken);
        if (folder.UidValidity != end.Validity)
        {
            return null;
        }

        var query = SearchQuery.Uids(new UniqueIdRange(new UniqueId(end.Validity, end.Uid), UniqueId.MaxValue));
        var found = await folder.SearchAsync(
            string.IsNullOrEmpty(messageId) ? query : query.And(SearchQuery.HeaderContains("Message-ID", messageId)), cancellationToken);
        // The range of UIDs always holds the last message, also where that lies before it (RFC 3501 §6.4.8).
        var uids = found.Where(uid => uid.Id >= end.Uid).ToList();
        var sizes = await folder.FetchAsync(uids, MessageSummaryItems.UniqueId | MessageSummaryItems.Size, cancellationToken);
        var same = sizes.Where(one => one.Size == size).Select(one => one.UniqueId.Id).DefaultIfEmpty().Min();
        return same == 0 ? null : new WrittenEmail(end.Validity, same, size);
    }

    /// <summary>RFC 5321 §4.4: after the last semicolon; the newest field comes first.</summary>
    private static DateTimeOffset? ReceivedAt(MimeMessage message) =>
        message.Headers[HeaderId.Received] is { } received && DateUtils.TryParse(received[(received.LastIndexOf(';') + 1)..].Trim(), out var time) && time.Year > 1
            ? time
            : null;
}
