using Splice.Wire;

namespace Splice.Hooks;

/// <summary>Names an entry in a message, without its content.</summary>
internal static class EntryText
{
    public static string Of(JournalEntry entry) => entry switch
    {
        JournalEntry.Captured => "the capture of instant and seed",
        JournalEntry.Choice choice => $"choice {choice.Name}",
        JournalEntry.ChoiceFailed choice => $"failed choice {choice.Name}",
        JournalEntry.Reference reference => $"reference {reference.Name}",
        JournalEntry.EffectBegun effect => $"effect {effect.Name} {effect.Id}",
        JournalEntry.EffectDone effect => $"outcome of effect {effect.Name}",
        _ => entry.GetType().Name,
    };
}
