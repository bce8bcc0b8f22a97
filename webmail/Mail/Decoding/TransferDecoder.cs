using System.Buffers;

namespace Webmail.Mail.Decoding;

/// <summary>Chooses the decoder an encoding's name asks for.</summary>
public static class TransferDecoder
{
    public const int RemainderBytesMax = 1024;

    public static ITransferDecoder Resume(TransferEncoding encoding, ReadOnlySpan<byte> remainder) => encoding switch
    {
        TransferEncoding.Base64 => new Base64Decoder(remainder),
        TransferEncoding.QuotedPrintable => new QuotedPrintableDecoder(remainder),
        TransferEncoding.Uuencode => new UuencodeDecoder(remainder),
        _ => new IdentityDecoder(),
    };

    /// <summary>Content that is there whole.</summary>
    public static ReadOnlyMemory<byte> Decode(TransferEncoding encoding, ReadOnlyMemory<byte> encoded)
    {
        if (encoding == TransferEncoding.Identity)
        {
            return encoded;
        }

        var decoded = new ArrayBufferWriter<byte>(encoded.Length + 1);
        var decoder = Resume(encoding, []);
        decoder.Decode(encoded.Span, decoded);
        decoder.Finish(decoded);
        return decoded.WrittenMemory;
    }

    /// <summary>An unknown encoding is shown as it is rather than refused: the user may know what to do with it.</summary>
    public static TransferEncoding Named(string? name) => name?.Trim().ToUpperInvariant() switch
    {
        "BASE64" => TransferEncoding.Base64,
        "QUOTED-PRINTABLE" => TransferEncoding.QuotedPrintable,
        "X-UUENCODE" or "UUENCODE" or "X-UUE" or "UUE" => TransferEncoding.Uuencode,
        _ => TransferEncoding.Identity,
    };
}
