namespace Splice.Daemon.Flows;

/// <summary>How far it is known whether the stores have input that was not tapped here.</summary>
public enum InputGap : byte
{
    /// <summary>They were not asked.</summary>
    Unknown,

    /// <summary>They have not answered yet; under load that may take longer than a client waits before it repeats itself.</summary>
    Asked,

    /// <summary>What they have counts as tapped. What is missing now, they lack.</summary>
    Known,

    /// <summary>As <see cref="Known"/>, and the backend lacks it too: the flow stands still, which was said.</summary>
    Lacking,
}
