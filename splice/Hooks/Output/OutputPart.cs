using Splice.Wire;

namespace Splice.Hooks;

/// <summary>What goes onto the wire in one piece: a segment of the staged content, or a TLS record of our own.</summary>
/// <param name="ContentBytes">Length of the segment; 0 with a control record.</param>
/// <param name="Control">Null for content.</param>
internal readonly record struct OutputPart(int ContentBytes, JournalEntry.ControlRecord? Control);
