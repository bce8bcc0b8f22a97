using Splice.Daemon.Flows;
using Splice.Daemon.Kernel;

namespace Tests.Support;

/// <summary>Files in the place of the kernel's maps: what spliced maps into its memory, without the program that writes there.</summary>
public sealed class KernelMemory : IDisposable
{
    private const uint Slots = 16;
    private const int SlotBytes = 256;
    private readonly string _folder = Directory.CreateTempSubdirectory("kernel-memory-").FullName;
    private readonly FlowTable _table;

    public KernelMemory(ulong eventsHandled = 0, ulong eventsWritten = 0)
    {
        using var flows = Make("flows", Slots * SlotBytes);
        _table = new FlowTable((int)flows.DangerousGetHandle(), Slots);
        Flows = new KernelFlows(_table, new LegMap(-1), 1, 2);

        var page = Environment.SystemPageSize;
        using var events = Make("events", 2 * page);
        RandomAccess.Write(events, BitConverter.GetBytes(eventsHandled), 0);
        RandomAccess.Write(events, BitConverter.GetBytes(eventsWritten), page);
        Events = new EventRing((int)events.DangerousGetHandle());
    }

    public KernelFlows Flows { get; }

    public EventRing Events { get; }

    public void Dispose()
    {
        Events.Dispose();
        _table.Dispose();
        Directory.Delete(_folder, true);
    }

    private Microsoft.Win32.SafeHandles.SafeFileHandle Make(string name, long bytes)
    {
        var file = File.OpenHandle(Path.Combine(_folder, name), FileMode.CreateNew, FileAccess.ReadWrite);
        RandomAccess.SetLength(file, bytes);
        return file;
    }
}
