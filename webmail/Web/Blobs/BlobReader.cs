using MimeKit;
using Webmail.Mail.Blobs;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Web.Drafts;
using Webmail.Web.Index;
using Webmail.Web.Jmap;

namespace Webmail.Web.Blobs;

/// <summary>A blob's content; null if it is larger than is read at once.</summary>
internal sealed record ReadBlob(Upload? Content);

/// <summary>Reads blobs whole: uploads, attachments of drafts, parts of messages, and parts of messages in those.</summary>
internal sealed class BlobReader(MailIndex index, UploadStore uploads, DraftBlobs drafts, PartFinder finder, PartReader parts)
{
    /// <summary>Blobs within blobs, all of which are parsed one after the other.</summary>
    private const int DepthMax = 5;

    /// <summary>Of a message that is taken apart: its parts take several times its size.</summary>
    private const int ParsedBytesMax = JmapLimits.UploadBytesMax;

    public const int BytesMax = (int)JmapLimits.ResumableBytesMax;

    /// <summary>Null if the content is no message, or more than is taken apart.</summary>
    public static ParsedMessage? Parse(Upload content) => content.Content.Length <= ParsedBytesMax ? ParsedMessage.TryParse(content.Content) : null;

    /// <summary>Null if there is no such blob in the account.</summary>
    public ValueTask<ReadBlob?> ReadAsync(MailAccount account, string? id, CancellationToken cancellationToken) => ReadAsync(account, id, DepthMax, cancellationToken);

    private async ValueTask<ReadBlob?> ReadAsync(MailAccount account, string? id, int depth, CancellationToken cancellationToken)
    {
        if (UploadId.TryParse(id, out var upload))
        {
            return await uploads.FindAsync(account, upload, cancellationToken) is { } found ? Bounded(found) : null;
        }

        if (DraftIds.IsBlob(id))
        {
            return await drafts.FindAsync(account, id!, cancellationToken) is { } found ? Bounded(found) : null;
        }

        if (NestedBlobId.TryParse(id, out var nested))
        {
            return depth > 0 && await ReadAsync(account, nested.Outer, depth - 1, cancellationToken) is { } outer ? Within(outer, nested.Part) : null;
        }

        if (await index.BlobAsync(account, id, cancellationToken) is not { } blob || await finder.FindAsync(account, blob, cancellationToken) is not { } part)
        {
            return null;
        }

        return part.EncodedBytes > BytesMax
            ? new ReadBlob(Content: null)
            : new ReadBlob(new Upload(part.Type, await account.Choices.FetchAsync(
                $"imap.blob {blob}", async token => await parts.LoadAsync(account.Credentials, part, token), cancellationToken)));
    }

    private static ReadBlob? Within(ReadBlob outer, string part)
    {
        if (outer.Content is not { } content)
        {
            return outer;
        }

        if (NestedBlobId.TryFile(part, out var number))
        {
            return content.Content.Length <= ParsedBytesMax && UuencodedText.Split(content.Content).Files.ElementAtOrDefault(number - 1) is { } file
                ? new ReadBlob(new Upload(MimeTypes.GetMimeType(file.Name), file.Content))
                : null;
        }

        var parsed = Parse(content);
        var found = parsed?.Email.Body.Structure?.All().FirstOrDefault(one => one.SubParts is null && one.Part.PartId == part);
        return found is not null && parsed!.Content(part) is { } bytes ? Bounded(new Upload(found.Part.Type, bytes)) : null;
    }

    private static ReadBlob Bounded(Upload found) => new(found.Content.Length <= BytesMax ? found : null);
}
