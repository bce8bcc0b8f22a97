using Splice.Wire.Abi;

namespace Splice.Daemon.Kernel;

/// <summary>The loaded and attached kernel program and its maps.</summary>
/// <remarks>Disposing closes this process's view only: programs and pinned maps go on without spliced (invariant I6).</remarks>
public sealed unsafe class KernelProgram : IDisposable
{
    private readonly KernelObject _object;

    private KernelProgram(KernelObject kernelObject, uint flowsMax)
    {
        _object = kernelObject;
        Flows = new FlowTable(kernelObject.MapFd("flows"), flowsMax);
        Legs = new LegMap(kernelObject.MapFd("legs"));
        Services = new ServiceMap(kernelObject.MapFd("services"));
        Connecting = new ConnectingMap(kernelObject.MapFd("connecting"));
        Drops = new DropCounters(kernelObject.MapFd("drops"));
        Events = new EventRing(kernelObject.MapFd("events"));
    }

    /// <summary>One slot per flow.</summary>
    public FlowTable Flows { get; }

    /// <summary>Two legs per flow.</summary>
    public LegMap Legs { get; }

    /// <summary>Service addresses.</summary>
    public ServiceMap Services { get; }

    /// <summary>Connections to backends that are being made.</summary>
    public ConnectingMap Connecting { get; }

    /// <summary>Packets dropped, by reason.</summary>
    public DropCounters Drops { get; }

    /// <summary>What the program tells.</summary>
    public EventRing Events { get; }

    /// <summary>Loads the program, with the maps pinned under <paramref name="pinPath"/> if there are any, and attaches it
    /// to both devices in the place of the one before. If a step fails, everything new is undone.</summary>
    /// <exception cref="KernelException">A step failed; the message names it and what to do.</exception>
    public static KernelProgram Load(string objectPath, string pinPath, uint flowsMax, string frontDevice, string backDevice)
    {
        KernelLog.Capture();
        if (frontDevice == backDevice)
            throw new KernelException($"frontDevice and backDevice are both {frontDevice}; they must be two devices");
        var fresh = !PinnedMaps.Exist(pinPath);
        if (!fresh)
            PinnedMaps.Check(pinPath, flowsMax);

        KernelObject? kernelObject = null;
        KernelProgram? program = null;
        try
        {
            kernelObject = LoadObject(objectPath, pinPath, flowsMax);
            program = new KernelProgram(kernelObject, flowsMax);
            program.Attach(frontDevice, backDevice);
            return program;
        }
        catch (KernelException)
        {
            program?.Dispose();
            kernelObject?.Dispose();
            if (fresh)
                PinnedMaps.Remove(pinPath);
            throw;
        }
    }

    /// <summary>Takes the program off both devices and removes the pinned maps: all flows of this proxy end here.</summary>
    /// <exception cref="KernelException">A step failed.</exception>
    public static void Remove(string pinPath, string frontDevice, string backDevice)
    {
        KernelLog.Capture();
        foreach (var (filter, _) in Places(frontDevice, backDevice))
            filter.Detach();
        PinnedMaps.Remove(pinPath);
    }

    /// <summary>Closes what this process holds open.</summary>
    public void Dispose()
    {
        Events.Dispose();
        Flows.Dispose();
        _object.Dispose();
    }

    private static KernelObject LoadObject(string objectPath, string pinPath, uint flowsMax)
    {
        var kernelObject = new KernelObject(objectPath);
        try
        {
            kernelObject.SetEntriesMax("flows", flowsMax);
            kernelObject.SetEntriesMax("legs", checked(2 * flowsMax));
            foreach (var name in PinnedMaps.Names)
                kernelObject.SetPinPath(name, Path.Combine(pinPath, name));
            kernelObject.Load();
            new KernelMap<uint, uint>("abi", kernelObject.MapFd("abi")).Set(0, SpliceAbi.Version);
            return kernelObject;
        }
        catch (KernelException)
        {
            kernelObject.Dispose();
            throw;
        }
    }

    private void Attach(string frontDevice, string backDevice)
    {
        var added = new List<TcFilter>();
        try
        {
            foreach (var (filter, program) in Places(frontDevice, backDevice))
            {
                if (!filter.IsAttached())
                    added.Add(filter);
                filter.Attach(_object.ProgramFd(program));
            }
        }
        catch (KernelException)
        {
            foreach (var filter in added)
                filter.Detach();
            throw;
        }
    }

    // Egress first: a connection to a backend must never show its window, and a client's socket never speak beside the splice, not even
    // while the rest is attached.
    private static (TcFilter Filter, string Program)[] Places(string frontDevice, string backDevice) =>
    [
        (new TcFilter(backDevice, LibBpf.TcEgress), "splice_back_egress"),
        (new TcFilter(frontDevice, LibBpf.TcEgress), "splice_front_egress"),
        (new TcFilter(backDevice, LibBpf.TcIngress), "splice_back_ingress"),
        (new TcFilter(frontDevice, LibBpf.TcIngress), "splice_front_ingress"),
    ];
}
