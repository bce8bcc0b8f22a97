using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Tests.Unit.Splice;

internal static class ResponseLength
{
    public static bool IsWhole(List<byte> bytes)
    {
        var span = CollectionsMarshal.AsSpan(bytes);
        var end = span.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var head = Encoding.ASCII.GetString(span[..end]);
        if (head.Contains("Transfer-Encoding: chunked", StringComparison.Ordinal))
        {
            return span.EndsWith("0\r\n\r\n"u8);
        }

        return bytes.Count >= Of(bytes);
    }

    /// <summary>Head and body together, from Content-Length.</summary>
    public static int Of(List<byte> bytes)
    {
        var span = CollectionsMarshal.AsSpan(bytes);
        var end = span.IndexOf("\r\n\r\n"u8);
        var length = Encoding.ASCII.GetString(span[..(end + 2)]).Split("Content-Length: ")[1].Split("\r\n")[0];
        return end + 4 + int.Parse(length, CultureInfo.InvariantCulture);
    }
}
