namespace Splice.Store;

internal enum NodeState
{
    /// <summary>Not reached yet, or given up: nothing is sent to it.</summary>
    Away,

    /// <summary>Back, but it missed writes: written to, not read, not counted as protection.</summary>
    Refilling,

    /// <summary>Has everything.</summary>
    Live,
}
