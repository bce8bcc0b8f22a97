namespace Splice.Hooks;

/// <summary>What happens to bytes that Kestrel writes.</summary>
internal enum OutputMode
{
    /// <summary>The application's answer: hashed, committed, sent.</summary>
    Passing,

    /// <summary>No request is active: Kestrel is answering on its own, with the real clock in it. Kept to be replaced.</summary>
    BetweenRequests,

    /// <summary>Dropped.</summary>
    Skipping,
}
