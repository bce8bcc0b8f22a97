using System.Buffers.Text;
using System.Text;

namespace Webmail.Mail.Ids;

/// <summary>The alphabet of JMAP ids (RFC 8620 §1.2) around bytes and names.</summary>
internal static class IdText
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (!Base64Url.IsValid(text))
        {
            return false;
        }

        bytes = Base64Url.DecodeFromChars(text);
        // One id per value: other spellings (padding bits, padding characters) are not ids we gave out.
        return Base64Url.EncodeToString(bytes).AsSpan().SequenceEqual(text);
    }

    public static bool TryName(ReadOnlySpan<byte> bytes, out string name)
    {
        name = "";
        try
        {
            name = StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }

        return name.Length > 0 && !name.AsSpan().ContainsAnyInRange('\0', '\x1f');
    }
}
