namespace Splice.Daemon.Flows;

/// <summary>Tapped bytes on their way to the flow store.</summary>
public sealed class PendingChunk(ulong offset, byte[] bytes)
{
    public ulong Offset => offset;
    public byte[] Bytes => bytes;

    /// <summary>Written by <see cref="InputLog"/> under its lock.</summary>
    internal bool Done { get; set; }
}
