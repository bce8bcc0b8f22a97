namespace Splice.Hooks;

/// <summary>A replay did something else than the execution it continues. The flow is cut; nothing is guessed.</summary>
public sealed class DivergenceException(string entry, string expected, string got)
    : Exception($"replay diverged at {entry}: the journal holds {expected}, the application asked for {got}; the flow is cut")
{
    /// <summary>Request number and ordinal of the entry.</summary>
    public string Entry { get; } = entry;

    /// <summary>What the journal holds there.</summary>
    public string Expected { get; } = expected;

    /// <summary>What the application asked for or produced.</summary>
    public string Got { get; } = got;
}
