namespace Splice.Hooks;

/// <summary>The chained hash of a request's output up to an offset.</summary>
internal readonly record struct OutputMark(ulong Offset, UInt128 Hash);
