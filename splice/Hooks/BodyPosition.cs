namespace Splice.Hooks;

/// <summary>Where the sending of a resumable body begins.</summary>
/// <param name="OffsetBytes">Offset in the body of the first byte to write; 0 in an uninterrupted answer.</param>
/// <param name="State">What the application declared at that checkpoint; empty at offset 0.</param>
public readonly record struct BodyPosition(long OffsetBytes, ReadOnlyMemory<byte> State);
