namespace Splice.Daemon.Flows;

/// <summary>What ended a flow.</summary>
public enum EndReason
{
    /// <summary>Client and backend closed, and each heard the other.</summary>
    BothClosed,

    /// <summary>The client closed while no backend had the flow and nothing was owed.</summary>
    ClosedOrphaned,

    /// <summary>The client reset the connection.</summary>
    ClientReset,

    /// <summary>The client used the port for a new connection.</summary>
    ClientBeganAnew,

    /// <summary>Nobody spoke for the idle limit.</summary>
    Idle,

    /// <summary>It could not be continued; the client was reset.</summary>
    Cut,

    /// <summary>Another proxy ended it.</summary>
    Elsewhere,
}
