namespace Splice.Store;

/// <summary>How far a flow's input is logged.</summary>
/// <param name="Offset">Of the byte after the last one; 0 if nothing is logged.</param>
/// <param name="FinOffset">Where the client has ended its direction; null if it has not.</param>
public readonly record struct InputEnd(ulong Offset, ulong? FinOffset);
