using System.Text;
using Splice.Wire;

namespace Splice.Daemon.Accept;

/// <summary>
/// Parses the first request head of a connection. Strict where leniency lets two servers disagree (RFC 9112 §11.2): no
/// folding, no bare CR or LF, one Host, never both Content-Length and Transfer-Encoding.
/// </summary>
public static class RequestHeadParser
{
    private const string SessionCookieName = "session=";

    public static ParseResult TryParse(ReadOnlySpan<byte> bytes, out RequestHead? head)
    {
        head = null;
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return LooksLikeRequest(bytes) ? ParseResult.NotEnough : ParseResult.Invalid;
        }

        var lines = bytes[..end];
        var fields = new FieldState();
        var first = true;
        string? method = null;
        var target = "";
        while (!lines.IsEmpty)
        {
            var stop = lines.IndexOf("\r\n"u8);
            var line = stop < 0 ? lines : lines[..stop];
            lines = stop < 0 ? default : lines[(stop + 2)..];
            if (line.IndexOfAny((byte)'\r', (byte)'\n', (byte)0) >= 0)
            {
                return ParseResult.Invalid;
            }

            if (first)
            {
                method = ParseRequestLine(line, out target);
                first = false;
                if (method is null)
                {
                    return ParseResult.Invalid;
                }
            }
            else if (!fields.Add(line))
            {
                return ParseResult.Invalid;
            }
        }

        if (method is null || fields.Host is null || (fields.Chunked && fields.Length is not null))
        {
            return ParseResult.Invalid;
        }

        head = new RequestHead(
            method, target, fields.Host, fields.Session, end + 4, fields.Chunked ? null : fields.Length ?? 0);
        return ParseResult.Ok;
    }

    /// <summary>What cannot become a request is refused before its end arrives.</summary>
    private static bool LooksLikeRequest(ReadOnlySpan<byte> bytes) =>
        bytes.IsEmpty || (IsToken(bytes[0]) && bytes.IndexOf((byte)0) < 0);

    private static string? ParseRequestLine(ReadOnlySpan<byte> line, out string target)
    {
        target = "";
        var space = line.IndexOf((byte)' ');
        var last = line.LastIndexOf((byte)' ');
        if (space <= 0 || last <= space + 1 || line[(space + 1)..last].IndexOf((byte)' ') >= 0)
        {
            return null;
        }

        var version = line[(last + 1)..];
        if (!version.SequenceEqual("HTTP/1.1"u8) && !version.SequenceEqual("HTTP/1.0"u8))
        {
            return null;
        }

        foreach (var letter in line[..space])
        {
            if (!IsToken(letter))
            {
                return null;
            }
        }

        target = Encoding.Latin1.GetString(line[(space + 1)..last]);
        return Encoding.ASCII.GetString(line[..space]);
    }

    private static bool IsToken(byte letter) =>
        letter is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'0' and <= (byte)'9')
        || "!#$%&'*+-.^_`|~"u8.Contains(letter);

    private struct FieldState
    {
        public string? Host;
        public string? Session;
        public long? Length;
        public bool Chunked;

        public bool Add(ReadOnlySpan<byte> line)
        {
            var colon = line.IndexOf((byte)':');
            if (colon <= 0)
            {
                return false;
            }

            foreach (var letter in line[..colon])
            {
                if (!IsToken(letter))
                {
                    return false;
                }
            }

            var name = Encoding.ASCII.GetString(line[..colon]);
            var value = Encoding.Latin1.GetString(line[(colon + 1)..]).Trim(' ', '\t');
            switch (name.ToLowerInvariant())
            {
                case "host":
                    var first = Host is null;
                    Host = HostName(value);
                    return first && Host.Length is > 0 and <= PreambleCodec.HostBytesMax && Ascii.IsValid(Host);
                case "content-length":
                    if (Length is not null || !long.TryParse(value, System.Globalization.NumberStyles.None, null, out var length))
                    {
                        return false;
                    }

                    Length = length;
                    return true;
                case "transfer-encoding":
                    Chunked = true;
                    return value.Equals("chunked", StringComparison.OrdinalIgnoreCase);
                case "cookie":
                    Session ??= SessionOf(value);
                    return true;
                default:
                    return true;
            }
        }

        private static string HostName(string value)
        {
            var bracket = value.IndexOf(']', StringComparison.Ordinal);
            var colon = value.IndexOf(':', Math.Max(bracket, 0));
            return (colon < 0 ? value : value[..colon]).ToLowerInvariant();
        }

        private static string? SessionOf(string cookies)
        {
            foreach (var cookie in cookies.Split(';', StringSplitOptions.TrimEntries))
            {
                if (cookie.StartsWith(SessionCookieName, StringComparison.Ordinal))
                {
                    return cookie[SessionCookieName.Length..];
                }
            }

            return null;
        }
    }
}
