using Splice.Wire;
using Splice.Wire.Tls;

namespace Splice.Store;

/// <summary>Where on the flow a request begins.</summary>
/// <param name="Number">Counts from 1.</param>
/// <param name="InputOffset">Of its first byte on the wire; with TLS, of the TLS record that it begins in.</param>
/// <param name="OutputOffset">Of the first byte of its answer on the wire.</param>
/// <param name="Tls">Where that is in the TLS connection; null for plain HTTP, and to proxies, which need not know.</param>
public readonly record struct RequestStart(ulong Number, ulong InputOffset, ulong OutputOffset, TlsPosition? Tls = null);

/// <summary>What the store knows of a flow.</summary>
/// <param name="Id">The flow.</param>
/// <param name="Fence">The highest fence.</param>
/// <param name="Record">The record committed last; null when only the backend has written so far.</param>
/// <param name="Request">Where the current request begins: number 1 at 0, 0 until the backend says otherwise.</param>
/// <param name="CompleteOffset">End of the output, if the backend has declared it complete.</param>
/// <param name="Build">Build of the application that the current request runs on; null before its first entry.</param>
public sealed record FlowSnapshot(
    FlowId Id, ulong Fence, FlowRecord? Record, RequestStart Request, ulong? CompleteOffset, string? Build);

/// <summary>The current request's entries by ordinal, without gaps.</summary>
/// <param name="Request">Where it begins.</param>
/// <param name="Entries">The union of what the nodes have.</param>
/// <param name="IsEverywhere">Every node there is has answered, and has all of them.</param>
public sealed record JournalSnapshot(RequestStart Request, IReadOnlyList<ReadOnlyMemory<byte>> Entries, bool IsEverywhere = false);
