namespace Splice.Daemon.Handover;

/// <summary>From where a flow is continued.</summary>
/// <param name="Request">The current request, by number.</param>
/// <param name="InputOffset">It begins here in the client's stream.</param>
/// <param name="OutputOffset">Its answer begins here in the backend's stream.</param>
/// <param name="AckedOffset">The client has everything before this.</param>
/// <param name="SentOffset">Nothing from this on was ever sent to the client, as far as this proxy has seen.</param>
/// <param name="Build">Build of the application that has begun to answer: another cannot go on. Null if none has.</param>
/// <param name="Fence">The new fence.</param>
public sealed record HandoverPlan(ulong Request, ulong InputOffset, ulong OutputOffset, ulong AckedOffset, ulong SentOffset, string? Build, ulong Fence);
