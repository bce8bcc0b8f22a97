using Splice.Wire;

namespace Splice.Store;

/// <summary>Where on the flow a request begins; its number counts from 1.</summary>
public readonly record struct RequestStart(ulong Number, ulong InputOffset, ulong OutputOffset);

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
public sealed record JournalSnapshot(RequestStart Request, IReadOnlyList<ReadOnlyMemory<byte>> Entries);
