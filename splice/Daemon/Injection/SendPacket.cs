using Splice.Wire;

namespace Splice.Daemon.Injection;

/// <summary>Puts an IP packet on the wire: in spliced, through a raw socket.</summary>
internal delegate void SendPacket(ReadOnlySpan<byte> packet, FlowEnd to);
