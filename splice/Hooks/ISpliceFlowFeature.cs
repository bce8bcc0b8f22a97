using Splice.Wire;

namespace Splice.Hooks;

/// <summary>A feature of connections that came through the splice.</summary>
public interface ISpliceFlowFeature
{
    /// <summary>The flow's name on every machine; also the connection id.</summary>
    FlowId Flow { get; }

    /// <summary>This backend continues a flow that another one began.</summary>
    bool IsHandedOver { get; }
}
