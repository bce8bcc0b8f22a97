using Splice.Daemon.Kernel;
using Splice.Wire.Abi;

namespace Tests.Support;

/// <summary>The real kernel program with real maps, attached to nothing and pinned nowhere.</summary>
public sealed unsafe class LoadedProgram : IDisposable
{
    private const uint Generation = 5, Fence = 6, Ifindex = 1;

    private readonly KernelObject _object;

    public LoadedProgram(string objectPath, uint flowsMax, uint? eventsBytes = null)
    {
        KernelLog.Capture();
        _object = new KernelObject(objectPath);
        _object.SetEntriesMax("flows", flowsMax);
        _object.SetEntriesMax("legs", 2 * flowsMax);
        if (eventsBytes is { } bytes)
            _object.SetEntriesMax("events", bytes);
        _object.Load();
        Flows = new FlowTable(MapFd("flows"), flowsMax);
        Legs = new LegMap(MapFd("legs"));
        Services = new ServiceMap(MapFd("services"));
        Connecting = new ConnectingMap(MapFd("connecting"));
        Drops = new DropCounters(MapFd("drops"));
    }

    public FlowTable Flows { get; }
    public LegMap Legs { get; }
    public ServiceMap Services { get; }
    public ConnectingMap Connecting { get; }
    public DropCounters Drops { get; }

    /// <summary>The programs, as <see cref="TestRun"/> wants them.</summary>
    public int FrontIngress => _object.ProgramFd("splice_front_ingress");
    public int FrontEgress => _object.ProgramFd("splice_front_egress");
    public int BackIngress => _object.ProgramFd("splice_back_ingress");
    public int BackEgress => _object.ProgramFd("splice_back_egress");

    public int MapFd(string name) => _object.MapFd(name);

    public void Install(uint slot, TestFlow flow)
    {
        Flows[slot] = new SpliceFlow
        {
            Flags = flow.Flags,
            Generation = Generation,
            Fence = Fence,
            SeqDeltaIn = flow.DeltaIn,
            SeqDeltaOut = flow.DeltaOut,
            LoggedSeq = flow.LoggedSeq,
            AnswerEnd = flow.AnswerEnd,
            SentSeqEnd = flow.SentSeqEnd,
            ClientIsn = flow.ClientIsn,
            ClientShift = flow.ClientShift,
            VirtualShift = flow.VirtualShift,
            InnerShift = flow.InnerShift,
            BackendShift = flow.BackendShift,
            FrontIfindex = Ifindex,
            BackIfindex = Ifindex,
            ClientPort = MapEnds.Port(flow.Client),
            VirtualPort = MapEnds.Port(flow.Virtual),
            InnerPort = MapEnds.Port(flow.Inner),
            BackendPort = MapEnds.Port(flow.Backend),
        };
        fixed (SpliceFlow* at = &Flows[slot])
        {
            MapEnds.Write(flow.Client, at->ClientAddress);
            MapEnds.Write(flow.Virtual, at->VirtualAddress);
            MapEnds.Write(flow.Inner, at->InnerAddress);
            MapEnds.Write(flow.Backend, at->BackendAddress);
        }

        Flows[slot].State = flow.State;
        Legs.Set(MapEnds.Leg(flow.Client, flow.Virtual), new SpliceLeg { Slot = slot, Direction = SpliceDirection.In });
        Legs.Set(MapEnds.Leg(flow.Backend, flow.Inner), new SpliceLeg { Slot = slot, Direction = SpliceDirection.Out });
    }

    /// <summary>Takes the legs away; the slot stays as it is.</summary>
    public void Remove(TestFlow flow)
    {
        Legs.Remove(MapEnds.Leg(flow.Client, flow.Virtual));
        Legs.Remove(MapEnds.Leg(flow.Backend, flow.Inner));
    }

    public void Dispose()
    {
        Flows.Dispose();
        _object.Dispose();
    }
}
