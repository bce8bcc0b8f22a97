namespace Splice.Daemon.Splicing;

/// <summary>What became of joining a new connection to a backend's.</summary>
internal enum JoinOutcome
{
    /// <summary>The kernel program has them.</summary>
    Joined,

    /// <summary>The backend did not acknowledge in time, or reset: the next may be told.</summary>
    BackendLate,

    /// <summary>Either end has closed, there is no room, or the store refuses.</summary>
    Refused,
}
