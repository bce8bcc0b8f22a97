using Splice.Daemon.Kernel;

namespace Tests.Simulation.Proxies;

/// <summary>A file in the place of the flows map, used again by one run after the other.</summary>
internal sealed class SlotMemory
{
    public const uint Slots = 32;
    private const int SlotBytes = 256;
    [ThreadStatic]
    private static SlotMemory[]? _all;

    private SlotMemory()
    {
        var path = Path.GetTempFileName();
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        RandomAccess.SetLength(file, Slots * SlotBytes);
        Table = new FlowTable((int)file.DangerousGetHandle(), Slots);
    }

    public FlowTable Table { get; }

    public static FlowTable Of(int machine) => (_all ??= [new(), new()])[machine].Table;

    public static void Clear(FlowTable table)
    {
        for (uint slot = 0; slot < Slots; slot++)
        {
            table[slot] = default;
        }
    }
}
