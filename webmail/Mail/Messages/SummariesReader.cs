using MailKit;
using MailKit.Net.Imap;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Messages;

/// <summary>
/// FETCH of many messages, none of which can harm the others. What a server says of one strange message can be more than the
/// client library takes, and ends the connection. Whether it was that is seen by asking for less, which no sender can make
/// strange; then the message is looked for by halves.
/// </summary>
internal sealed class SummariesReader(ImapPool pool, Credentials credentials)
{
    private const MessageSummaryItems Bare =
        MessageSummaryItems.UniqueId | MessageSummaryItems.Flags | MessageSummaryItems.InternalDate | MessageSummaryItems.Size;

    /// <summary>What is known of the messages that are there.</summary>
    public async Task<IReadOnlyList<FoundSummary>> ReadAsync(
        string mailbox, uint validity, uint[] uids, IFetchRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await AskAsync(request)).Select(summary => new FoundSummary(summary.UniqueId.Id, summary, null))];
        }
        catch (MailUnavailableException)
        {
            var known = await AskAsync(new FetchRequest(Bare));
            if (uids.Length == 1)
            {
                return [.. known.Select(summary => new FoundSummary(summary.UniqueId.Id, null, summary))];
            }

            var middle = uids.Length / 2;
            return
            [
                .. await ReadAsync(mailbox, validity, uids[..middle], request, cancellationToken),
                .. await ReadAsync(mailbox, validity, uids[middle..], request, cancellationToken),
            ];
        }

        Task<IReadOnlyList<IMessageSummary>> AskAsync(IFetchRequest what) => pool.AskAsync(
            credentials, mailbox, (connection, token) => FetchAsync(connection, mailbox, validity, uids, what, token), cancellationToken);
    }

    private static async Task<IReadOnlyList<IMessageSummary>> FetchAsync(
        ImapConnection connection, string mailbox, uint validity, uint[] uids, IFetchRequest request, CancellationToken cancellationToken)
    {
        IMailFolder folder;
        try
        {
            folder = await connection.OpenAsync(mailbox, FolderAccess.ReadOnly, cancellationToken);
        }
        catch (FolderNotFoundException)
        {
            return [];
        }

        if (folder.UidValidity != validity || uids.Length == 0)
        {
            return [];
        }

        var asked = uids.ToHashSet();
        // In ascending order: Courier finds nothing in a range that is written backwards.
        UniqueId[] ids = [.. uids.Order().Select(uid => new UniqueId(validity, uid))];
        var summaries = await folder.FetchAsync(ids, request, cancellationToken);
        if (request.Items.HasFlag(MessageSummaryItems.PreviewText) && connection.Client.Capabilities.HasFlag(ImapCapabilities.Preview)
            && summaries.All(summary => string.IsNullOrEmpty(summary.PreviewText)))
        {
            // A server may have PREVIEW (RFC 8970) and yet no previews, as Cyrus does unless it is told to make them; the library then reads the texts.
            connection.Client.Capabilities &= ~ImapCapabilities.Preview;
            summaries = await folder.FetchAsync(ids, request, cancellationToken);
        }

        // A server may tell news of other messages in between.
        return [.. summaries.Where(summary => summary.UniqueId.IsValid && asked.Contains(summary.UniqueId.Id)).DistinctBy(summary => summary.UniqueId)];
    }
}

/// <summary>One message's summary.</summary>
/// <param name="Found">What was asked for; null if it is more than can be read.</param>
/// <param name="Bare">What is known nevertheless, in that case.</param>
internal sealed record FoundSummary(uint Uid, IMessageSummary? Found, IMessageSummary? Bare);
