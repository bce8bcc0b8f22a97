using Splice.Wire;

namespace Splice.Store;

/// <summary>The input asked for is no longer logged: the request it belonged to is over, and the flow is to be read again.</summary>
public sealed class InputTrimmedException(FlowId id, ulong asked, ulong begins)
    : Exception($"input log of flow {id} begins at {begins}, asked from {asked}; that request is over, read the flow again");
