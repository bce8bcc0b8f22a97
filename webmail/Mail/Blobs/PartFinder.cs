using MailKit;
using Webmail.Mail.Decoding;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Blobs;

/// <summary>Finds a part by its blob id and learns its exact length; one remembered question, so that a resumed download asks nothing.</summary>
public sealed class PartFinder(ImapPool pool)
{
    public ValueTask<PartContent?> FindAsync(MailAccount account, BlobId blob, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Choices.ChooseAsync<PartContent?>(
            "imap.part",
            async token =>
            {
                var described = await pool.AskAsync(
                    account.Credentials, blob.Email.Mailbox.Name, (connection, inner) => DescribeAsync(connection, blob, inner), token);
                return described is null ? null : await MeasuredAsync(account.Credentials, described, token);
            },
            cancellationToken);
    }

    private async Task<PartContent> MeasuredAsync(Credentials credentials, PartContent part, CancellationToken cancellationToken)
    {
        var reader = new EncodedReader(pool, credentials, part.Id);
        if (part.Id.Part.Length == 0)
        {
            var bytes = await SourceLength.OfAsync(part.EncodedBytes, reader.ReadAsync, cancellationToken);
            return part with { EncodedBytes = bytes, DecodedBytes = bytes };
        }

        var length = await DecodedLength.OfAsync(part.Encoding, part.EncodedBytes, reader.ReadAsync, cancellationToken);
        return part with { DecodedBytes = length };
    }

    private static async Task<PartContent?> DescribeAsync(
        ImapConnection connection, BlobId blob, CancellationToken cancellationToken)
    {
        var email = blob.Email;
        IMailFolder folder;
        try
        {
            folder = await connection.OpenForContentAsync(email, cancellationToken);
        }
        catch (FolderNotFoundException)
        {
            return null;
        }

        if (folder.UidValidity != email.Validity)
        {
            return null;
        }

        // The source is to be had also of messages whose structure cannot be read.
        var items = MessageSummaryItems.UniqueId | MessageSummaryItems.Size
            | (blob.Part.Length > 0 ? MessageSummaryItems.BodyStructure : MessageSummaryItems.None);
        var summaries = await folder.FetchAsync([new UniqueId(email.Validity, email.Uid)], items, cancellationToken);
        if (summaries.Count == 0)
        {
            return null;
        }

        if (blob.Part.Length == 0)
        {
            return new PartContent(blob, "message/rfc822", "message.eml", TransferEncoding.Identity, summaries[0].Size ?? 0, 0);
        }

        var part = BodySorter.Sort(email, summaries[0].Body).All.FirstOrDefault(part => part.PartId == blob.Part);
        return part is null
            ? null
            : new PartContent(blob, part.Type, part.Name ?? "attachment", part.Encoding, part.EncodedBytes, 0);
    }
}
