using MailKit;
using MailKit.Search;
using MimeKit;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Writing;

/// <summary>Writes a message into a mailbox (APPEND). Doubt is resolved by looking for its Message-ID, which derives from the id.</summary>
internal sealed class AppendEffect(ImapPool pool, Credentials credentials, NewEmail email) : IMailEffect<WrittenEmail>
{
    private readonly string _mailbox = email.Mailbox.Name;

    public async ValueTask<WrittenEmail> PerformAsync(Guid id, CancellationToken cancellationToken)
    {
        var body = await new PartComposer(id, FetchAsync).ComposeAsync(email.Body, cancellationToken);
        using var message = MessageComposer.Compose(id, email, body);
        var size = await MessageSize.OfAsync(message, cancellationToken);
        var (flags, keywords) = Keywords.ToImap(email.Keywords);
        var asked = false;
        var written = await pool.AskAsync(
            credentials,
            _mailbox,
            async (connection, token) =>
            {
                // The first connection broke: it may have taken the message.
                if (asked && await FindAsync(connection, id, token) is { } already)
                {
                    return already;
                }

                asked = true;
                var request = new AppendRequest(message, flags, keywords) { InternalDate = email.ReceivedAt };
                return await connection.AppendAsync(_mailbox, request, token) is { } uid
                    ? new WrittenEmail(uid.Validity, uid.Id, size)
                    : await FindAsync(connection, id, token);
            },
            cancellationToken);
        return written ?? throw new MailCommandException($"The mail server does not say where it put the message in {_mailbox}.");
    }

    public async ValueTask<WrittenEmail> ResolveAsync(Guid id, CancellationToken cancellationToken) =>
        await pool.AskAsync(credentials, _mailbox, (connection, token) => FindAsync(connection, id, token), cancellationToken)
        ?? await PerformAsync(id, cancellationToken);

    private async Task<WrittenEmail?> FindAsync(ImapConnection connection, Guid id, CancellationToken cancellationToken)
    {
        var folder = await connection.OpenAsync(_mailbox, FolderAccess.ReadOnly, cancellationToken);
        var uids = await folder.SearchAsync(SearchQuery.HeaderContains("Message-ID", MessageComposer.MessageIdOf(id, email)), cancellationToken);
        var found = await folder.FetchAsync([.. uids.Take(1)], MessageSummaryItems.UniqueId | MessageSummaryItems.Size, cancellationToken);
        return found is [var message] ? new WrittenEmail(folder.UidValidity, message.UniqueId.Id, message.Size ?? 0) : null;
    }

    private async Task<MimeEntity> FetchAsync(NewPart part, CancellationToken cancellationToken)
    {
        var source = part.Source!.Value;
        return await pool.AskAsync(
            credentials,
            source.Email.Mailbox.Name,
            async (connection, token) =>
            {
                var folder = await connection.OpenForContentAsync(source.Email, token);
                var uid = new UniqueId(source.Email.Validity, source.Email.Uid);
                if (folder.UidValidity != source.Email.Validity)
                {
                    throw new MailNotFoundException($"The attachment {part.Name} is not there any longer.");
                }

                return source.Part.Length == 0
                    ? new MessagePart("rfc822", await folder.GetMessageAsync(uid, token))
                    : await ((MailKit.Net.Imap.ImapFolder)folder).GetBodyPartAsync(uid, source.Part, token);
            },
            cancellationToken);
    }
}
