using System.Buffers.Text;
using System.Text;

namespace Webmail.Contacts.Cards;

/// <summary>The content of a photo, logo or sound.</summary>
/// <param name="Type">Media type, lower case.</param>
/// <param name="Content">The bytes.</param>
public sealed record CardMedia(string Type, ReadOnlyMemory<byte> Content)
{
    private const string Scheme = "data:";
    private const int TypeCharactersMax = 100;

    public static bool IsData(string uri) => uri.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a "data:" URI (RFC 2397) of at most <see cref="CardLimits.MediaBytesMax"/> bytes; null if it is none.</summary>
    public static CardMedia? Parse(string uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        var comma = uri.IndexOf(',', StringComparison.Ordinal);
        if (!IsData(uri) || comma < 0 || uri.Length - comma > CardLimits.MediaBytesMax / 3 * 4 + 4)
        {
            return null;
        }

        var parameters = uri[Scheme.Length..comma].Split(';');
        var type = parameters[0].Trim().ToLowerInvariant();
        var base64 = parameters.Skip(1).Any(parameter => parameter.Trim().Equals("base64", StringComparison.OrdinalIgnoreCase));
        var content = base64 ? FromBase64(uri.AsSpan(comma + 1)) : Encoding.UTF8.GetBytes(Uri.UnescapeDataString(uri[(comma + 1)..]));
        return content is null ? null : new CardMedia(IsType(type) ? type : "application/octet-stream", content);
    }

    /// <summary>The type the bytes show, if it is one of the images that browsers know; a name is only a claim.</summary>
    public static string? ImageType(ReadOnlySpan<byte> content) => content switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "image/gif",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "image/webp",
        _ => null,
    };

    public string ToUri() => $"{Scheme}{Type};base64,{Convert.ToBase64String(Content.Span)}";

    private static byte[]? FromBase64(ReadOnlySpan<char> text)
    {
        if (!Base64.IsValid(text, out var length))
        {
            return null;
        }

        var bytes = new byte[length];
        return Convert.TryFromBase64Chars(text, bytes, out _) ? bytes : null;
    }

    private static bool IsType(string type) =>
        type.Length <= TypeCharactersMax && type.Split('/') is [{ Length: > 0 } first, { Length: > 0 } second] && (first + second).All(IsToken);

    private static bool IsToken(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '+' or '.' or '_';
}
