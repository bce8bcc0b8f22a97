namespace Webmail.Mail.Decoding;

/// <summary>How a part's bytes travel; 7bit, 8bit and binary are all the bytes themselves.</summary>
public enum TransferEncoding
{
    Identity,
    Base64,
    QuotedPrintable,

    /// <summary>Of senders that are older than MIME's encodings, under several names.</summary>
    Uuencode,
}
