using Splice.Wire;

namespace Splice.Store;

/// <summary>The flow has another owner now, or is over: stop working on it and let go of it without a word.</summary>
public sealed class FenceException(FlowId flow, ulong fence, string stored)
    : Exception($"flow {flow} is no longer ours: our fence is {fence}, the store has {stored}; drop the flow")
{
    /// <summary>The flow has no owner any more.</summary>
    public bool IsOver => stored == FlowStore.HighestFence;
}
