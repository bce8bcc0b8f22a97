using Webmail.Mail.Decoding;
using Webmail.Mail.Ids;

namespace Webmail.Mail.Blobs;

/// <summary>A part ready to be downloaded: where it lies and how long it is before and after decoding.</summary>
public sealed record PartContent(BlobId Id, string Type, string Name, TransferEncoding Encoding, long EncodedBytes, long DecodedBytes);
