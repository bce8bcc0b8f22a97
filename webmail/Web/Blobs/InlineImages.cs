namespace Webmail.Web.Blobs;

/// <summary>
/// The images a message brings along, as data addresses: its frame has no origin, so a request from there would come
/// without the session's cookie.
/// </summary>
internal static class InlineImages
{
    private const int ImagesMax = 20;
    private const int EncodedBytesMax = 700 * 1024;

    private static readonly string[] Types = ["image/png", "image/jpeg", "image/gif", "image/webp"];

    /// <summary>By content id, only those the text names.</summary>
    public static async Task<Dictionary<string, string>> ReadAsync(IReadableEmail email, string html, CancellationToken cancellationToken)
    {
        var wanted = email.Email.Body.All
            .Where(part => part.ContentId is { Length: > 0 } id && Types.Contains(part.Type) && part.EncodedBytes <= EncodedBytesMax
                && html.Contains(id, StringComparison.Ordinal))
            .DistinctBy(part => part.ContentId)
            .Take(ImagesMax);
        var images = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in wanted)
        {
            var bytes = await email.ReadBytesAsync(part, EncodedBytesMax, cancellationToken);
            images[part.ContentId!] = $"data:{part.Type};base64,{Convert.ToBase64String(bytes.Span)}";
        }

        return images;
    }
}
