using Splice.Store;

namespace Splice.Daemon.Flows;

/// <summary>Asks the store how much of a flow's input is logged, and whether the client has ended it: another proxy may have logged more
/// than this one knows.</summary>
public static class LoggedInput
{
    /// <exception cref="StoreUnavailableException">No node answered.</exception>
    public static async Task RefreshAsync(FlowStore store, KernelFlows kernel, Flow flow)
    {
        var end = await store.ReadInputEndAsync(flow.Id, CancellationToken.None);
        flow.Input.Refresh(end.Offset);
        if (end.FinOffset == end.Offset)
        {
            (flow.ClientFinSeq, flow.ClientFinLogged) = (flow.Record.InSeq(end.Offset), true);
            kernel.EndClient(flow.Slot, flow.Record.InSeq(end.Offset));
        }
    }
}
