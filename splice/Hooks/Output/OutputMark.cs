using Splice.Wire;

namespace Splice.Hooks;

/// <summary>A point of a request's output that the journal names.</summary>
/// <param name="Offset">Where it stands in the output's content.</param>
/// <param name="Hash">The chained hash of the output before it; of no meaning for a control record.</param>
/// <param name="Control">The TLS record that was sent here; null for a hash.</param>
internal readonly record struct OutputMark(ulong Offset, UInt128 Hash, JournalEntry.ControlRecord? Control = null);
