using System.Text;

namespace Splice.Daemon.Accept;

/// <summary>The answers spliced gives itself, to connections that never reach a backend (RFC 9110 §15).</summary>
public static class HttpAnswer
{
    public const int BadRequest = 400;
    public const int RequestTimeout = 408;
    public const int HeadTooLarge = 431;
    public const int Unavailable = 503;

    public static byte[] For(int status)
    {
        var (reason, sentence) = status switch
        {
            BadRequest => ("Bad Request", "The request could not be understood. Check the address and try again."),
            RequestTimeout => ("Request Timeout", "The request took too long to arrive. Try again."),
            HeadTooLarge => ("Request Header Fields Too Large", "The request's head is too large. Delete this site's cookies and try again."),
            _ => ("Service Unavailable", "No server can take the request now. Try again in a moment."),
        };
        var retry = status == Unavailable ? "Retry-After: 1\r\n" : "";
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status} {reason}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {sentence.Length + 1}\r\n"
            + $"Cache-Control: no-store\r\n{retry}Connection: close\r\n\r\n{sentence}\n");
    }
}
