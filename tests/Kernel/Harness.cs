using System.Net;
using Splice.Daemon.Kernel;
using Splice.Wire.Abi;

namespace Tests.Kernel;

/// <summary>The real program, loaded but attached to nothing, with one flow in slot 1 if a test installs it.</summary>
public sealed class Harness : IDisposable
{
    public const uint Slot = 1;
    public const uint SlotsMax = 16;

    private const int MergedBytes = 60_000;
    private const int PageBytes = 3_000;
    private const uint EventsBytes = 1 << 18;

    private readonly LoadedProgram _program;
    private readonly EventLog _log;

    public Harness(CompiledObject compiled)
    {
        Assert.SkipWhen(compiled.SkipReason is not null, compiled.SkipReason ?? "");
        _program = new LoadedProgram(compiled.ObjectPath, SlotsMax, EventsBytes);
        _log = new EventLog(new EventRing(_program.MapFd("events")));
    }

    public FlowTable Flows => _program.Flows;
    public LegMap Legs => _program.Legs;
    public ServiceMap Services => _program.Services;
    public ConnectingMap Connecting => _program.Connecting;
    public DropCounters Drops => _program.Drops;

    /// <summary>The longest payload that this kernel takes for a test run: what a network card merges, or what fits into a page.</summary>
    public int PayloadBytesMax => TestRun.Takes(_program.FrontIngress, MergedBytes + 200) ? MergedBytes : PageBytes;

    public ref SpliceFlow Flow => ref Flows[Slot];

    public RunResult Front(Packet packet) => Front(packet.ToBytes());
    public RunResult Front(byte[] frame, int repeat = 1, uint ifindex = 0) =>
        TestRun.Run(_program.FrontIngress, frame, repeat: repeat, ifindex: ifindex);

    /// <summary>For a frame that the program cuts: the kernel then has no sum of a network card any more that could match.</summary>
    public RunResult Shortened(byte[] frame) => TestRun.Run(_program.FrontIngress, frame, withCardsSum: false);

    public RunResult Back(Packet packet, int repeat = 1) => Back(packet.ToBytes(), repeat);
    public RunResult Back(byte[] frame, int repeat = 1, uint ifindex = 0) =>
        TestRun.Run(_program.BackIngress, frame, repeat: repeat, ifindex: ifindex);
    public RunResult FrontEgress(Packet packet, uint mark = 0) => TestRun.Run(_program.FrontEgress, packet.ToBytes(), mark);
    public RunResult Egress(Packet packet, uint mark = 0) => TestRun.Run(_program.BackEgress, packet.ToBytes(), mark);

    public IReadOnlyList<LoggedEvent> Events() => _log.TakeAll();

    public ulong Dropped(SpliceDrop reason) => Drops.Read()[(int)reason];

    public void Install(TestFlow flow) => _program.Install(Slot, flow);

    public void Remove(TestFlow flow) => _program.Remove(flow);

    public void AddService(IPEndPoint endpoint, SpliceService unknown = SpliceService.Wait) => Services.Set(MapEnds.Service(endpoint), unknown);

    public void Dispose()
    {
        _log.Dispose();
        _program.Dispose();
    }
}
