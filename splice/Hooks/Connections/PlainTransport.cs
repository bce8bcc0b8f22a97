using System.IO.Pipelines;
using Splice.Store;
using Splice.Wire;

namespace Splice.Hooks;

/// <summary>Plain HTTP: content is what is on the wire.</summary>
internal sealed class PlainTransport(IDuplexPipe transport, Preamble preamble) : ClientTransport
{
    public override PipeReader Input => transport.Input;

    public override ClientStream Output { get; } = new PlainClientStream(transport.Output, preamble.OutputOffset, preamble.AckedOffset);

    public override (ulong Input, ulong Output) ContentOffsets => (preamble.InputOffset, preamble.OutputOffset);

    public override RequestStart NextRequest(ulong number, ulong input, ulong output) => new(number, input, output);

    public override void Dispose()
    {
    }
}
