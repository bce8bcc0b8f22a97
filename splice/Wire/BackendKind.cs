namespace Splice.Wire;

/// <summary>How a backend takes part in the splice.</summary>
public enum BackendKind : byte
{
    /// <summary>Runs Splice.Hooks: receives a preamble, keeps a journal, declares completion.</summary>
    Hooks = 0,

    /// <summary>Any deterministic HTTP server: no preamble; on handover the request is sent again.</summary>
    Plain = 1,
}
