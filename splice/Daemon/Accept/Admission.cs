using Splice.Daemon.Configuration;
using Splice.Daemon.Routing;
using Splice.Daemon.Tls;
using Splice.Wire;

namespace Splice.Daemon.Accept;

/// <summary>Whether a request came the right way: HTTPS for the hosts of hooks pools, plain HTTP for those of plain ones.</summary>
public sealed class Admission(SplicedConfig config, Router router)
{
    private const int HttpsPort = 443;

    /// <summary>What to answer instead of splicing; null to go on.</summary>
    /// <param name="head">The first request.</param>
    /// <param name="connection">The TLS connection that it came on; null for plain HTTP.</param>
    public HttpAnswer? Refuse(RequestHead head, TlsConnection? connection)
    {
        if (config.Tls is not { } tls || router.PoolOf(head.Host) is not { } pool)
        {
            return null;
        }

        if (connection is null)
        {
            return pool.Kind == BackendKind.Plain || pool.PlainHosts.Contains(head.Host) ? null : Redirect(head, tls.Port);
        }

        if (!connection.IsFor(head.Host))
        {
            return HttpAnswer.Misdirected("This connection was made for another site. Connect again.");
        }

        return pool.Kind == BackendKind.Plain
            ? HttpAnswer.Misdirected("This site is not served over HTTPS. Use http:// in its address.")
            : null;
    }

    private static HttpAnswer Redirect(RequestHead head, int port) =>
        // The host goes into an answer of ours: whatever is no name or address is not repeated.
        head.Host.All(letter => char.IsAsciiLetterOrDigit(letter) || ".-_:[]".Contains(letter, StringComparison.Ordinal))
            ? HttpAnswer.Redirect($"https://{head.Host}{(port == HttpsPort ? "" : $":{port}")}{PathOf(head.Target)}")
            : HttpAnswer.For(HttpAnswer.BadRequest);

    /// <summary>Path and query of a target, also of one in absolute form (RFC 9112 §3.2.2).</summary>
    private static string PathOf(string target)
    {
        if (target.StartsWith('/'))
        {
            return target;
        }

        var authority = target.IndexOf("://", StringComparison.Ordinal);
        var path = authority < 0 ? -1 : target.IndexOf('/', authority + 3);
        return path < 0 ? "/" : target[path..];
    }
}
