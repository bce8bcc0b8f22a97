using System.Net;
using Splice.Daemon.Kernel;
using Splice.Wire.Abi;

namespace Tests.Kernel;

/// <summary>The real program, loaded but attached to nothing, with one flow in slot 1 if a test installs it.</summary>
public sealed unsafe class Harness : IDisposable
{
    public const uint Slot = 1;
    public const uint SlotsMax = 16;

    private const int MergedBytes = 60_000;
    private const int PageBytes = 3_000;

    private readonly KernelObject _object;
    private readonly EventLog _log;

    public Harness(CompiledObject compiled)
    {
        Assert.SkipWhen(compiled.SkipReason is not null, compiled.SkipReason ?? "");
        KernelLog.Capture();
        _object = new KernelObject(compiled.ObjectPath);
        _object.SetEntriesMax("flows", SlotsMax);
        _object.SetEntriesMax("legs", 2 * SlotsMax);
        _object.SetEntriesMax("events", 1 << 18);
        _object.Load();
        Flows = new FlowTable(_object.MapFd("flows"), SlotsMax);
        Legs = new LegMap(_object.MapFd("legs"));
        Services = new ServiceMap(_object.MapFd("services"));
        Connecting = new ConnectingMap(_object.MapFd("connecting"));
        Drops = new DropCounters(_object.MapFd("drops"));
        _log = new EventLog(new EventRing(_object.MapFd("events")));
    }

    public FlowTable Flows { get; }
    public LegMap Legs { get; }
    public ServiceMap Services { get; }
    public ConnectingMap Connecting { get; }
    public DropCounters Drops { get; }

    /// <summary>The longest payload that this kernel takes for a test run: what a network card merges, or what fits into a page.</summary>
    public int PayloadBytesMax => TestRun.Takes(_object.ProgramFd("splice_front_ingress"), MergedBytes + 200) ? MergedBytes : PageBytes;

    public ref SpliceFlow Flow => ref Flows[Slot];

    public TestResult Front(Packet packet) => Front(packet.ToBytes());
    public TestResult Front(byte[] frame, int repeat = 1, uint ifindex = 0) =>
        TestRun.Run(_object.ProgramFd("splice_front_ingress"), frame, repeat: repeat, ifindex: ifindex);
    public TestResult Back(Packet packet, int repeat = 1) => Back(packet.ToBytes(), repeat);
    public TestResult Back(byte[] frame, int repeat = 1, uint ifindex = 0) =>
        TestRun.Run(_object.ProgramFd("splice_back_ingress"), frame, repeat: repeat, ifindex: ifindex);
    public TestResult Egress(Packet packet, uint mark = 0) => TestRun.Run(_object.ProgramFd("splice_back_egress"), packet.ToBytes(), mark);

    public IReadOnlyList<LoggedEvent> Events() => _log.TakeAll();

    public ulong Dropped(SpliceDrop reason) => Drops.Read()[(int)reason];

    public void Install(TestFlow flow)
    {
        Flow = new SpliceFlow
        {
            Flags = flow.Flags,
            Generation = 5,
            Fence = 6,
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
            FrontIfindex = 1,
            BackIfindex = 1,
            ClientPort = Wire.Port(flow.Client),
            VirtualPort = Wire.Port(flow.Virtual),
            InnerPort = Wire.Port(flow.Inner),
            BackendPort = Wire.Port(flow.Backend),
        };
        fixed (SpliceFlow* slot = &Flow)
        {
            Wire.Write(flow.Client, slot->ClientAddress);
            Wire.Write(flow.Virtual, slot->VirtualAddress);
            Wire.Write(flow.Inner, slot->InnerAddress);
            Wire.Write(flow.Backend, slot->BackendAddress);
        }

        Flow.State = flow.State;
        Legs.Set(Wire.Leg(flow.Client, flow.Virtual), new SpliceLeg { Slot = Slot, Direction = SpliceDirection.In });
        Legs.Set(Wire.Leg(flow.Backend, flow.Inner), new SpliceLeg { Slot = Slot, Direction = SpliceDirection.Out });
    }

    public void Remove(TestFlow flow)
    {
        Legs.Remove(Wire.Leg(flow.Client, flow.Virtual));
        Legs.Remove(Wire.Leg(flow.Backend, flow.Inner));
    }

    public void AddService(IPEndPoint endpoint, SpliceService unknown = SpliceService.Wait) => Services.Set(Wire.Service(endpoint), unknown);

    public void Dispose()
    {
        _log.Dispose();
        Flows.Dispose();
        _object.Dispose();
    }
}
