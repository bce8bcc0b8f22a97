namespace Webmail.Web.Blobs;

/// <summary>The media type of an upload as its sender declares it.</summary>
internal static class UploadType
{
    private const int CharactersMax = 100;

    public static string Of(string? declared) =>
        MimeKit.ContentType.TryParse(declared ?? "", out var type) && type.MimeType.Length <= CharactersMax
            ? type.MimeType.ToLowerInvariant()
            : "application/octet-stream";
}
