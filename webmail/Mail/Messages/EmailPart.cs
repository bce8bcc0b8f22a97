using Webmail.Mail.Decoding;
using Webmail.Mail.Ids;

namespace Webmail.Mail.Messages;

/// <summary>One leaf of a message's structure. Type, name and everything else come from the sender: never trust them.</summary>
public sealed record EmailPart(
    string PartId,
    BlobId BlobId,
    string Type,
    string? Charset,
    string? Name,
    string? Disposition,
    string? ContentId,
    TransferEncoding Encoding,
    long EncodedBytes)
{
    /// <summary>Lines of plain text flow (format=flowed, RFC 3676).</summary>
    public bool IsFlowed { get; init; }

    /// <summary>The blank that a line flows by is not part of the text (DelSp=yes).</summary>
    public bool DeletesSpace { get; init; }

    /// <summary>Close to the decoded size; exact where nothing is decoded. The exact one costs a read and is asked for by downloads.</summary>
    public long SizeBytes => Encoding switch
    {
        TransferEncoding.Base64 => EncodedBytes / 78 * 57 + (EncodedBytes % 78 * 3 / 4),
        TransferEncoding.Uuencode => EncodedBytes * 45 / 63,
        _ => EncodedBytes,
    };
}
