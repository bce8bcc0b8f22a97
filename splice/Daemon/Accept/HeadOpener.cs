using System.Buffers;
using Splice.Wire.Tls;

namespace Splice.Daemon.Accept;

/// <summary>Opens a copy of a connection's first TLS records, to read the request head in them. The records go on as they came.</summary>
internal sealed class HeadOpener(TlsSecrets secrets) : IDisposable
{
    private readonly RecordOpener _opener = new(new RecordProtection(secrets.Suite, secrets.Client.Span, 0, 0));
    private readonly ArrayBufferWriter<byte> _content = new();
    private int _openedBytes;

    public ReadOnlySpan<byte> Content => _content.WrittenSpan;

    /// <summary>The client has said that nothing follows.</summary>
    public bool IsClosed => _opener.IsClosed;

    /// <summary>Opens what has become whole since the last call.</summary>
    /// <param name="bytes">Everything received after the handshake.</param>
    /// <exception cref="TlsAlertException">The client breaks the protocol, or says so of us.</exception>
    public void Open(ReadOnlyMemory<byte> bytes)
    {
        while (!IsClosed && _opener.TryOpen(new ReadOnlySequence<byte>(bytes[_openedBytes..]), out var lengthBytes, out var content))
        {
            _content.Write(content);
            _openedBytes += lengthBytes;
        }
    }

    public void Dispose() => _opener.Dispose();
}
