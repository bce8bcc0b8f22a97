namespace Webmail.Mail.Decoding;

/// <summary>Chooses the decoder an encoding's name asks for.</summary>
public static class TransferDecoder
{
    public const int RemainderBytesMax = 1024;

    public static ITransferDecoder Resume(TransferEncoding encoding, ReadOnlySpan<byte> remainder) => encoding switch
    {
        TransferEncoding.Base64 => new Base64Decoder(remainder),
        TransferEncoding.QuotedPrintable => new QuotedPrintableDecoder(remainder),
        _ => new IdentityDecoder(),
    };

    /// <summary>An unknown encoding is shown as it is rather than refused: the user may know what to do with it.</summary>
    public static TransferEncoding Named(string? name) => name?.Trim().ToUpperInvariant() switch
    {
        "BASE64" => TransferEncoding.Base64,
        "QUOTED-PRINTABLE" => TransferEncoding.QuotedPrintable,
        _ => TransferEncoding.Identity,
    };
}
