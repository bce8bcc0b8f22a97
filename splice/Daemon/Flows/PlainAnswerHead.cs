using System.Globalization;
using System.Text;

namespace Splice.Daemon.Flows;

/// <summary>What must be equal in a repeated answer, and how long it is.</summary>
/// <param name="Status">Status code.</param>
/// <param name="LengthBytes">The head with its empty line.</param>
/// <param name="BodyBytes">Length of the body; null if it ends with the connection or is chunked.</param>
/// <param name="EntityTag">ETag and Last-Modified, which tell whether it still is the same content.</param>
/// <param name="Ranges">The server can send it from the middle (RFC 9110 §14.3) and names it strongly enough to ask for that.</param>
/// <param name="Closes">The server announced that it closes after this answer.</param>
public sealed record PlainAnswerHead(int Status, int LengthBytes, long? BodyBytes, string EntityTag, bool Ranges, bool Closes)
{
    private const int StatusStart = 9;
    private const int StatusEnd = 12;

    /// <summary>Interim answers (RFC 9110 §15.2) stand before the answer, and count as part of its head. 101 is the last answer
    /// of its connection.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, bool toHeadRequest, out PlainAnswerHead? head)
    {
        var interimBytes = 0;
        while (TryParseOne(bytes[interimBytes..], toHeadRequest, out head))
        {
            if (head!.Status is < 100 or 101 or >= 200)
            {
                head = head with { LengthBytes = interimBytes + head.LengthBytes };
                return true;
            }

            interimBytes += head.LengthBytes;
        }

        return false;
    }

    /// <summary>The rest of this answer, asked for from the middle, is this: a 206 with the same content behind it.</summary>
    public bool IsContinuedBy(PlainAnswerHead partial, long from) =>
        partial.Status == 206 && partial.EntityTag == EntityTag && partial.BodyBytes == BodyBytes - from;

    /// <summary>True if a repeated answer continues this one byte for byte: same status, length and content.</summary>
    public bool Continues(PlainAnswerHead earlier) =>
        Status == earlier.Status && BodyBytes == earlier.BodyBytes && LengthBytes == earlier.LengthBytes && EntityTag == earlier.EntityTag;

    private static bool TryParseOne(ReadOnlySpan<byte> bytes, bool toHeadRequest, out PlainAnswerHead? head)
    {
        head = null;
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < StatusEnd)
        {
            return false;
        }

        // "HTTP/1.1 200"; the reason may be missing (RFC 9112 §4).
        var lines = Encoding.Latin1.GetString(bytes[..end]).Split("\r\n");
        if (lines[0].Length < StatusEnd
            || !int.TryParse(lines[0].AsSpan(StatusStart, StatusEnd - StatusStart), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
        {
            return false;
        }

        long? length = null;
        var entity = "";
        var (closes, accepts, strong, encoded) = (false, false, false, false);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var name = colon < 0 ? line : line[..colon];
            var value = colon < 0 ? "" : line[(colon + 1)..].Trim();
            if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
                && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bodyBytes))
            {
                length = bodyBytes;
            }
            else if (name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                // It overrides Content-Length (RFC 9112 §6.3).
                encoded = true;
            }
            else if (name.Equals("Connection", StringComparison.OrdinalIgnoreCase))
            {
                closes = value.Equals("close", StringComparison.OrdinalIgnoreCase);
            }
            else if (name.Equals("Accept-Ranges", StringComparison.OrdinalIgnoreCase))
            {
                accepts = value.Equals("bytes", StringComparison.OrdinalIgnoreCase);
            }
            else if (name.Equals("ETag", StringComparison.OrdinalIgnoreCase) || name.Equals("Last-Modified", StringComparison.OrdinalIgnoreCase))
            {
                entity += name + "=" + value + ";";
                strong |= name.Equals("ETag", StringComparison.OrdinalIgnoreCase) && value.StartsWith('"');
            }
        }

        var bodiless = toHeadRequest || status is < 200 or 204 or 304;
        head = new PlainAnswerHead(status, end + 4, bodiless ? 0 : encoded ? null : length, entity, accepts && strong && status == 200, closes);
        return true;
    }
}
