namespace Splice.Daemon.Handover;

/// <summary>What made a flow move.</summary>
public enum HandoverReason
{
    /// <summary>The backend closed although its answer was not complete: it was killed.</summary>
    Fin,

    /// <summary>The backend reset the connection.</summary>
    Rst,

    /// <summary>Heartbeats or probes stopped.</summary>
    Silence,

    /// <summary>The client spoke on an orphaned flow.</summary>
    Wakes,

    /// <summary>An operator drains the backend, and the flow is between two requests.</summary>
    Drain,

    /// <summary>The flow came with an address from another proxy, on a backend that is dead.</summary>
    Takeover,
}
