using Splice.Wire;

namespace Splice.Store;

/// <summary>Something happened to a flow, told to every proxy.</summary>
public abstract record FlowChange(FlowId Id)
{
    /// <summary>A record was committed: install it.</summary>
    public sealed record Committed(FlowRecord Record) : FlowChange(Record.Id);

    /// <summary>The flow is over.</summary>
    public sealed record Removed(FlowId Id) : FlowChange(Id);

    /// <summary>The backend has produced its whole output up to this offset: its FIN may pass.</summary>
    public sealed record Completed(FlowId Id, ulong Fence, ulong OutputOffset) : FlowChange(Id);

    /// <summary>The backend has given the flow up (divergence, aborted by the application): reset it, do not hand it over.</summary>
    public sealed record Cut(FlowId Id, ulong Fence, string Reason) : FlowChange(Id);
}
