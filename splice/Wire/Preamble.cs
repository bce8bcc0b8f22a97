using System.Net;

namespace Splice.Wire;

/// <summary>Whether the backend begins a flow or continues one.</summary>
public enum PreambleMode : byte
{
    New = 0,
    HandedOver = 1,
}

/// <summary>
/// The first bytes the splice sends a backend: a PROXY protocol version 2 header with our TLVs, authenticated with the
/// cluster key.
/// </summary>
/// <param name="Client">The browser's address.</param>
/// <param name="Virtual">The address the browser connected to.</param>
/// <param name="Flow">The flow.</param>
/// <param name="Mode">New or handed over.</param>
/// <param name="Fence">The fence under which the backend owns the flow.</param>
/// <param name="InputOffset">Offset of the first byte from the client that follows the preamble.</param>
/// <param name="OutputOffset">Offset, backend to client, of the first byte the current request's answer has.</param>
/// <param name="AckedOffset">The client has everything before this offset: the backend discards it. Not below OutputOffset.</param>
/// <param name="Host">The host name that the flow's first request was routed by: lower case, without a port, at most 255 bytes.</param>
/// <param name="SealedTls">The flow's TLS secrets (<see cref="Tls.TlsSecretsSeal"/>); empty if its client speaks plain HTTP. With a ticket if it is a new flow's.</param>
/// <param name="SentOffset">Nothing from this offset on has ever been sent to the client: before it, what is sent must be what was sent.</param>
public sealed record Preamble(
    IPEndPoint Client,
    IPEndPoint Virtual,
    FlowId Flow,
    PreambleMode Mode,
    ulong Fence,
    ulong InputOffset,
    ulong OutputOffset,
    ulong AckedOffset,
    string Host,
    ReadOnlyMemory<byte> SealedTls = default,
    ulong SentOffset = 0);
