using System.Text;

namespace Splice.Daemon.Accept;

/// <summary>The answers spliced gives itself, to connections that never reach a backend (RFC 9110 §15).</summary>
/// <param name="Status">Status code.</param>
/// <param name="Bytes">The whole answer.</param>
public sealed record HttpAnswer(int Status, byte[] Bytes)
{
    public const int PermanentRedirect = 308;
    public const int BadRequest = 400;
    public const int RequestTimeout = 408;
    public const int MisdirectedRequest = 421;
    public const int HeadTooLarge = 431;
    public const int Unavailable = 503;

    public static HttpAnswer For(int status) => status switch
    {
        BadRequest => Write(status, "Bad Request", "The request could not be understood. Check the address and try again."),
        RequestTimeout => Write(status, "Request Timeout", "The request took too long to arrive. Try again."),
        HeadTooLarge => Write(
            status, "Request Header Fields Too Large", "The request's head is too large. Delete this site's cookies and try again."),
        _ => Write(Unavailable, "Service Unavailable", "No server can take the request now. Try again in a moment.", "Retry-After: 1\r\n"),
    };

    /// <summary>Elsewhere, with the same method and body.</summary>
    public static HttpAnswer Redirect(string location) =>
        Write(PermanentRedirect, "Permanent Redirect", "This site is served over HTTPS.", $"Location: {location}\r\n");

    public static HttpAnswer Misdirected(string sentence) => Write(MisdirectedRequest, "Misdirected Request", sentence);

    private static HttpAnswer Write(int status, string reason, string sentence, string fields = "") => new(status, Encoding.Latin1.GetBytes(
        $"HTTP/1.1 {status} {reason}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {sentence.Length + 1}\r\n"
        + $"Cache-Control: no-store\r\n{fields}Connection: close\r\n\r\n{sentence}\n"));
}
