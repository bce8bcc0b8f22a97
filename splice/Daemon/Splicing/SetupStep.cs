namespace Splice.Daemon.Splicing;

/// <summary>The steps from an accepted connection to a spliced one, in their order.</summary>
public enum SetupStep
{
    /// <summary>It is accepted, unless too many others are on their way.</summary>
    Accept,

    /// <summary>TLS; not with plain HTTP.</summary>
    Handshake,

    /// <summary>The first request head arrives.</summary>
    Head,

    /// <summary>Whether the request came the right way.</summary>
    Admission,

    /// <summary>A backend is chosen, or waited for.</summary>
    Choose,

    /// <summary>The backend is connected to.</summary>
    Connect,

    /// <summary>Preamble and head go to the backend.</summary>
    Tell,

    /// <summary>The client's packets are held, both sockets drained and frozen.</summary>
    Freeze,

    /// <summary>The record goes to the flow store.</summary>
    Commit,

    /// <summary>The slot is opened.</summary>
    Install,
}
