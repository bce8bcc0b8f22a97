using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Splice.Hooks;

/// <summary>
/// Our answer where Kestrel would write its own: the same status, but no clock in it, so that a replay writes it again.
/// </summary>
internal static class ErrorAnswer
{
    private const int BadRequest = 400;

    private static ReadOnlySpan<byte> VersionPrefix => "HTTP/1.1 "u8;

    public static ReadOnlyMemory<byte> InPlaceOf(ReadOnlySpan<byte> kestrels)
    {
        var status = kestrels.StartsWith(VersionPrefix)
            && Utf8Parser.TryParse(kestrels[VersionPrefix.Length..], out int parsed, out _) && parsed is >= 400 and < 600
            ? parsed
            : BadRequest;
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status} {ReasonPhrases.GetReasonPhrase(status)}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
}
