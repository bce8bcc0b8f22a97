using Splice.Wire.Abi;

namespace Splice.Daemon.Kernel;

/// <summary>How many packets the kernel program dropped, by reason.</summary>
public sealed unsafe class DropCounters
{
    private readonly int _fd;
    private readonly int _cpus = LibBpf.PossibleCpus();

    internal DropCounters(int fd) => _fd = fd;

    /// <summary>The counts since the maps were made, indexed by <see cref="SpliceDrop"/>.</summary>
    public ulong[] Read()
    {
        var counts = new ulong[SpliceAbi.DropMax];
        var perCpu = new ulong[_cpus];
        for (uint reason = 0; reason < counts.Length; reason++)
        {
            fixed (ulong* values = perCpu)
            {
                var result = LibBpf.MapLookup(_fd, &reason, values);
                if (result != 0)
                    throw KernelException.Of("read map drops", -result, "check the kernel log");
            }

            foreach (var count in perCpu)
                counts[reason] += count;
        }

        return counts;
    }
}
