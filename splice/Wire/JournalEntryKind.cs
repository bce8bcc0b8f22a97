namespace Splice.Wire;

/// <summary>First byte of a journal entry.</summary>
public enum JournalEntryKind : byte
{
    Captured = 1,
    Choice = 2,
    ChoiceFailed = 3,
    Reference = 4,
    EffectBegun = 5,
    EffectDone = 6,
    OutputHash = 7,
    Checkpoint = 8,
    ControlRecord = 9,
}
