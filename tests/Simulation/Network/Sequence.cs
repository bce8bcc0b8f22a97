namespace Tests.Simulation.Network;

/// <summary>Serial number arithmetic (RFC 1982), as in the kernel program's <c>sequence.h</c>.</summary>
internal static class Sequence
{
    public static bool After(uint a, uint b) => (int)(a - b) > 0;
}
