using Splice.Wire;

namespace Splice.Store;

/// <summary>The input log of a flow has reached its limit; the request is too large to be replayed.</summary>
public sealed class InputLogFullException(FlowId flow, int bytesMax)
    : Exception($"input log of flow {flow} is full ({bytesMax} bytes); raise InputBytesMax or serve the rest unprotected");
