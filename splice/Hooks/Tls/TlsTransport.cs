using System.IO.Pipelines;
using System.Net.Security;
using Splice.Store;
using Splice.Wire;
using Splice.Wire.Tls;

namespace Splice.Hooks;

/// <summary>The TLS connection that a proxy's handshake began, continued from one TLS record to the next.</summary>
internal sealed class TlsTransport : ClientTransport
{
    private readonly TlsCipherSuite _suite;
    private readonly TlsPosition _position;
    private readonly RecordOpener _opener;
    private readonly TlsPipeReader _input;
    private readonly TlsClientStream _output;

    public TlsTransport(IDuplexPipe transport, Preamble preamble, TlsSecrets secrets, TlsPosition position, Action<Exception> failed)
    {
        _suite = secrets.Suite;
        _position = position;
        _opener = new RecordOpener(
            new RecordProtection(secrets.Suite, secrets.Client.Span, position.InputGeneration, position.InputSequence));
        _input = new TlsPipeReader(transport.Input, _opener, preamble.InputOffset, position.InputSkipBytes, failed);
        _output = new TlsClientStream(
            transport.Output,
            new RecordProtection(secrets.Suite, secrets.Server.Span, position.OutputGeneration, position.OutputSequence),
            preamble.OutputOffset,
            preamble.AckedOffset);
    }

    public override PipeReader Input => _input;

    public override ClientStream Output => _output;

    public override (ulong Input, ulong Output) ContentOffsets => (0, _position.OutputContentOffset);

    public override TlsCipherSuite? Suite => _suite;

    public override RequestStart NextRequest(ulong number, ulong input, ulong output)
    {
        var next = _input.Next;
        return new RequestStart(
            number,
            next.WireOffset,
            _output.Offset,
            new TlsPosition(next.Generation, next.Sequence, next.SkipBytes, _output.Generation, _output.Sequence, output));
    }

    public override bool TakeUpdateRequest()
    {
        var requested = _opener.IsUpdateRequested;
        _opener.IsUpdateRequested = false;
        return requested;
    }

    public override void Dispose()
    {
        _opener.Dispose();
        _output.Dispose();
    }
}
