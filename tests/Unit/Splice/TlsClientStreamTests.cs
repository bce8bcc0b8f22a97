using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using Splice.Hooks;
using Splice.Wire.Tls;

namespace Tests.Unit.Splice;

/// <summary>Output on its way into TLS records.</summary>
public sealed class TlsClientStreamTests
{
    private const TlsCipherSuite Suite = TlsCipherSuite.TLS_AES_128_GCM_SHA256;
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly byte[] _secret = new byte[32];

    [Fact]
    public async Task Release_OfWhatTheClientHasInPart_SendsTheRestOfTheSameTlsRecords()
    {
        var content = new byte[50_000];
        var whole = new TlsClientStream(_pipe.Writer, new RecordProtection(Suite, _secret, 0, 0), 0, 0);
        whole.Release(new ReadOnlySequence<byte>(content));
        await _pipe.Writer.FlushAsync(None);
        var golden = (await _pipe.Reader.ReadAsync(None)).Buffer.ToArray();
        foreach (var acked in (int[])[0, 1, 16_405, 16_406, 16_407, 40_000, golden.Length])
        {
            var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
            var stream = new TlsClientStream(pipe.Writer, new RecordProtection(Suite, _secret, 0, 0), 0, (ulong)acked);
            stream.Release(new ReadOnlySequence<byte>(content));
            await pipe.Writer.CompleteAsync();
            var rest = (await pipe.Reader.ReadAsync(None)).Buffer.ToArray();
            Assert.Equal(golden[acked..], rest);
            Assert.Equal((ulong)golden.Length, stream.Offset);
            Assert.Equal((ulong)rest.Length, stream.ReleasedBytes);
        }
    }
}
