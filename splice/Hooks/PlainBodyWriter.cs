namespace Splice.Hooks;

/// <summary>The writer where no journal is kept: bytes go straight to the response and checkpoints mean nothing.</summary>
internal sealed class PlainBodyWriter(Stream body) : IBodyWriter
{
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        body.WriteAsync(bytes, cancellationToken);

    public ValueTask CheckpointAsync(ReadOnlyMemory<byte> state, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
