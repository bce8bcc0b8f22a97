using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Webmail.Web.Blobs.Resumable;

/// <summary>The headers of resumable uploads (tus 1.0.0: core, creation, checksum, termination, expiration).</summary>
internal static class TusProtocol
{
    public const string Version = "1.0.0";
    public const string Extensions = "creation,checksum,termination,expiration";
    public const string ChecksumAlgorithms = "sha1,sha256";
    public const string PartType = "application/offset+octet-stream";

    /// <summary>Not among HTTP's own statuses: the part does not have the checksum that was sent with it.</summary>
    public const int ChecksumMismatch = 460;

    private const int MetadataCharactersMax = 4096;

    /// <summary>A count of bytes; null if the header is missing or is none.</summary>
    public static long? Bytes(IHeaderDictionary headers, string name) =>
        long.TryParse(headers[name], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    public static string Text(long bytes) => bytes.ToString(CultureInfo.InvariantCulture);

    /// <summary>A value of Upload-Metadata: pairs of key and Base64 text, separated by commas; null if it is not there or is no UTF-8.</summary>
    public static string? Metadata(IHeaderDictionary headers, string key)
    {
        var header = headers["Upload-Metadata"].ToString();
        var pair = header.Length > MetadataCharactersMax
            ? null
            : header.Split(',').Select(item => item.Trim().Split(' ')).FirstOrDefault(item => item.Length == 2 && item[0] == key);
        var bytes = new byte[MetadataCharactersMax];
        return pair is not null && Convert.TryFromBase64String(pair[1], bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count) : null;
    }

    /// <summary>Whether a part has the checksum that its sender says; null if the header cannot be understood.</summary>
    public static bool? HasChecksum(IHeaderDictionary headers, ReadOnlySpan<byte> part)
    {
        var header = headers["Upload-Checksum"].ToString();
        if (header.Length == 0)
        {
            return true;
        }

        var wanted = new byte[SHA256.HashSizeInBytes];
        if (header.Split(' ') is not [var algorithm, var base64] || !Convert.TryFromBase64String(base64, wanted, out var count))
        {
            return null;
        }

        return algorithm switch
        {
#pragma warning disable CA5350 // tus wants it of every server; it guards against accidents here, not against people.
            "sha1" => SHA1.HashData(part).AsSpan().SequenceEqual(wanted.AsSpan(0, count)),
#pragma warning restore CA5350
            "sha256" => SHA256.HashData(part).AsSpan().SequenceEqual(wanted.AsSpan(0, count)),
            _ => null,
        };
    }
}
