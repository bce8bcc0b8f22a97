using Splice.Daemon.Accept;
using Splice.Wire;

namespace Splice.Daemon.Splicing;

/// <summary>What is known of a flow before its first packet is spliced.</summary>
/// <param name="Id">The flow.</param>
/// <param name="Head">Head of its first request.</param>
/// <param name="Input">Everything the client has sent from offset 0 on.</param>
/// <param name="SealedTls">Empty for plain HTTP.</param>
/// <param name="SealedTicket">The same with the ticket that the first backend is to send.</param>
/// <param name="HandshakeBytes">What the client sent before offset 0.</param>
/// <param name="Setup">Is told how far it has come.</param>
internal sealed record Opening(FlowId Id, RequestHead Head, byte[] Input, byte[] SealedTls, byte[] SealedTicket, uint HandshakeBytes, Setup Setup)
{
    private const ulong FirstFence = 1;

    /// <summary>The fence of the backend that is told next: each has its own, since one that was given up may only be late.</summary>
    public ulong Fence { get; init; } = FirstFence;

    /// <summary>Another backend was told before.</summary>
    public bool IsRetold => Fence > FirstFence;

    /// <summary>How long the backend that is told may take: each twice as long as the one before, for if several are late it is rather we.</summary>
    public TimeSpan Patience(TimeSpan first) => first * (1L << (int)(Fence - FirstFence));

    /// <summary>For the next backend: the one that was told did not take it in time.</summary>
    public Opening Next() => this with { Fence = Fence + 1 };
}
