namespace Splice.Wire;

/// <summary>"I am alive": sent by every hooks backend to every proxy, tens of milliseconds apart, over UDP.</summary>
/// <param name="Backend">Name of the backend, as in the proxies' configuration.</param>
/// <param name="Incarnation">Random per process start: tells a restarted backend from the one that died.</param>
/// <param name="Sequence">Raised by one each time: a gap tells how many got lost, and an older one arriving late is ignored.</param>
/// <param name="Flows">Flows the backend owns now.</param>
/// <param name="Stores">Store nodes on which it counts now: with none, what it serves would not survive it.</param>
/// <param name="Ready">It reaches what its answers need, its database perhaps; else other backends are asked first.</param>
/// <param name="Full">It takes no more connections; those that it has go on.</param>
/// <param name="Build">Build identity of the application; replay runs only on the same one.</param>
public sealed record Heartbeat(string Backend, ulong Incarnation, ulong Sequence, uint Flows, byte Stores, bool Ready, bool Full, string Build);
