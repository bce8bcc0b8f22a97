namespace Webmail.Mail.Blobs;

/// <summary>Takes a download's decoded bytes and the states it can continue from.</summary>
public interface IPartSink
{
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    ValueTask CheckpointAsync(ReadOnlyMemory<byte> state, CancellationToken cancellationToken);
}
