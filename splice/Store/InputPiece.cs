namespace Splice.Store;

/// <summary>What one read of a flow's input log gives.</summary>
/// <param name="Bytes">The bytes from the offset asked for on; empty at the end of the log.</param>
/// <param name="IsLast">Nothing more was logged when it was read.</param>
/// <param name="Request">Number of the request that the flow was at, as its backend has told; 0 before the first.</param>
/// <param name="Build">Build of the application that had begun to answer that request; null if none had.</param>
public readonly record struct InputPiece(ReadOnlyMemory<byte> Bytes, bool IsLast, ulong Request, string? Build);
