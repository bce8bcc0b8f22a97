using System.IO.Pipelines;

namespace Splice.Hooks;

/// <summary>The writer where no journal is kept: bytes go straight to the response and checkpoints mean nothing.</summary>
internal sealed class PlainBodyWriter(PipeWriter body) : IBodyWriter
{
    private const int ReadBytes = 64 * 1024;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        await body.WriteAsync(bytes, cancellationToken);

    public async ValueTask<int> WriteFromAsync(
        Func<Memory<byte>, CancellationToken, ValueTask<int>> read, CancellationToken cancellationToken)
    {
        var count = await read(body.GetMemory(ReadBytes), cancellationToken);
        body.Advance(count);
        await body.FlushAsync(cancellationToken);
        return count;
    }

    public ValueTask CheckpointAsync(ReadOnlyMemory<byte> state, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
