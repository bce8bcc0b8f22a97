using System.IO.Pipelines;
using System.Net.Security;
using Splice.Store;
using Splice.Wire;
using Splice.Wire.Tls;

namespace Splice.Hooks;

/// <summary>The connection to the client as the flow sees it: content in, content out, and where that is on the wire.</summary>
internal abstract class ClientTransport : IDisposable
{
    public abstract PipeReader Input { get; }

    public abstract ClientStream Output { get; }

    /// <summary>Offsets of the first content that comes in and goes out on this connection.</summary>
    public abstract (ulong Input, ulong Output) ContentOffsets { get; }

    /// <summary>The handshake that the proxy made; null for plain HTTP.</summary>
    public virtual TlsCipherSuite? Suite => null;

    /// <param name="transport">The connection after its preamble.</param>
    /// <param name="preamble">Says where the flow is continued.</param>
    /// <param name="secrets">Null for plain HTTP.</param>
    /// <param name="position">Where the request begins in the TLS connection.</param>
    /// <param name="failed">The client broke the TLS protocol.</param>
    public static ClientTransport Open(
        IDuplexPipe transport, Preamble preamble, TlsSecrets? secrets, TlsPosition position, Action<Exception> failed) =>
        secrets is null
            ? new PlainTransport(transport, preamble)
            : new TlsTransport(transport, preamble, secrets, position, failed);

    /// <summary>Where the next request begins, now that everything before it is read and answered.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="input">Content consumed.</param>
    /// <param name="output">Content sent.</param>
    public abstract RequestStart NextRequest(ulong number, ulong input, ulong output);

    /// <summary>True, once, if the client asks for a KeyUpdate.</summary>
    public virtual bool TakeUpdateRequest() => false;

    public abstract void Dispose();
}
