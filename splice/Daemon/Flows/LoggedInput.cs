using Splice.Store;

namespace Splice.Daemon.Flows;

/// <summary>Asks the store how much of a flow's input is logged, and whether the client has ended it: another proxy may have logged more
/// than this one knows.</summary>
public static class LoggedInput
{
    /// <summary>Asked from what is known, which may be long over.</summary>
    /// <exception cref="StoreUnavailableException">No node answered.</exception>
    public static async Task RefreshAsync(FlowStore store, KernelFlows kernel, Flow flow)
    {
        var from = flow.Input.Logged;
        while (true)
        {
            try
            {
                var piece = await store.ReadInputPieceAsync(flow.Id, from, CancellationToken.None);
                from += (ulong)piece.Bytes.Length;
                if (piece.IsLast)
                {
                    flow.Input.Refresh(from);
                    if (piece.FinOffset == from)
                    {
                        (flow.ClientFinSeq, flow.ClientFinLogged) = (flow.Record.InSeq(from), true);
                        kernel.EndClient(flow.Slot, flow.Record.InSeq(from));
                    }

                    return;
                }
            }
            catch (InputTrimmedException trimmed)
            {
                from = trimmed.Begins;
            }
        }
    }
}
