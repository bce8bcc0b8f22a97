namespace Splice.Daemon.Accept;

/// <summary>What spliced needs to know of a request head (RFC 9112 §2).</summary>
/// <param name="Method">The method, as sent.</param>
/// <param name="Target">The target, as sent (RFC 9112 §3.2).</param>
/// <param name="Host">Host name without port, lower case.</param>
/// <param name="SessionCookie">Value of the cookie that keeps a session on one backend; null without one.</param>
/// <param name="LengthBytes">The head with its empty line.</param>
/// <param name="BodyBytes">Content-Length; 0 without one, null if the body is chunked.</param>
public sealed record RequestHead(string Method, string Target, string Host, string? SessionCookie, int LengthBytes, long? BodyBytes);
