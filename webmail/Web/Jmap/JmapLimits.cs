namespace Webmail.Web.Jmap;

/// <summary>The limits we state in the session object and keep (RFC 8620 §2).</summary>
internal static class JmapLimits
{
    public const int UploadBytesMax = 25 * 1024 * 1024;

    /// <summary>An upload in parts; each part may have <see cref="UploadBytesMax"/>.</summary>
    public const long ResumableBytesMax = 100 * 1024 * 1024;

    public const int RequestBytesMax = 10 * 1024 * 1024;
    public const int CallsMax = 32;
    public const int ObjectsInGetMax = 500;
    public const int ObjectsInSetMax = 500;
}
