using System.Buffers.Binary;
using System.Net;
using Tests.Support;

namespace Appliance.Bench;

/// <summary>
/// The kernel program with the maps of the largest size and some flows in them, and a packet of each direction that can be
/// made any flow's: clients differ in address and port, backend legs in the backend and the inner port.
/// </summary>
internal sealed class ScaleFlows : IDisposable
{
    private const int ClientAddressBits = 17; // 198.18.0.0/15 is for benchmarks (RFC 2544)
    private const int ClientPortFirst = 40000;
    private const int InnerPorts = 60000, InnerPortFirst = 1024;
    private const int SourceAddressAt = 26, SourcePortAt = 34, DestinationPortAt = 36;
    private const int PayloadBytes = 512;

    private readonly LoadedProgram _program;
    private readonly TimedRun _fromClient;
    private readonly TimedRun _fromBackend;

    public ScaleFlows(string objectPath, int count, uint flowsMax)
    {
        Count = count;
        _program = new LoadedProgram(objectPath, flowsMax);
        for (var i = 0; i < count; i++)
        {
            _program.Install((uint)i, Flow(i));
        }

        _fromClient = new TimedRun(_program.FrontIngress, (Flow(0).FromClient() with { Payload = new byte[PayloadBytes] }).ToBytes());
        _fromBackend = new TimedRun(_program.BackIngress, (Flow(0).FromBackend() with { Payload = new byte[PayloadBytes] }).ToBytes());
    }

    public int Count { get; }

    /// <summary>Each of a client of its own, as the records are that <see cref="ScaleRecord"/> makes.</summary>
    public static TestFlow Flow(int i)
    {
        var flow = new TestFlow();
        return flow with
        {
            Client = new IPEndPoint(Address(ClientAddress(i)), ClientPort(i)),
            Inner = new IPEndPoint(flow.Inner.Address, InnerPort(i)),
            Backend = new IPEndPoint(Address(BackendAddress(i)), flow.Backend.Port),
        };
    }

    /// <summary>Nanoseconds that the program takes for a packet that a client sends on this flow. Its checksum is another flow's: the
    /// program corrects checksums and never looks at what they say.</summary>
    public uint FromClient(int flow)
    {
        var frame = _fromClient.Frame;
        BinaryPrimitives.WriteUInt32BigEndian(frame[SourceAddressAt..], ClientAddress(flow));
        BinaryPrimitives.WriteUInt16BigEndian(frame[SourcePortAt..], ClientPort(flow));
        return Forwarded(_fromClient.Run(out var verdict), verdict);
    }

    /// <summary>The same for a packet of its backend.</summary>
    public uint FromBackend(int flow)
    {
        var frame = _fromBackend.Frame;
        BinaryPrimitives.WriteUInt32BigEndian(frame[SourceAddressAt..], BackendAddress(flow));
        BinaryPrimitives.WriteUInt16BigEndian(frame[DestinationPortAt..], InnerPort(flow));
        return Forwarded(_fromBackend.Run(out var verdict), verdict);
    }

    public void Dispose()
    {
        _fromClient.Dispose();
        _fromBackend.Dispose();
        _program.Dispose();
    }

    private static uint Forwarded(uint nanoseconds, int verdict) =>
        verdict == TestRun.Redirect ? nanoseconds : throw new BenchException($"a packet was not forwarded, verdict {verdict}; run the kernel tests");

    private static uint ClientAddress(int i) => 0xc612_0000u + (uint)(i & ((1 << ClientAddressBits) - 1));

    private static ushort ClientPort(int i) => (ushort)(ClientPortFirst + (i >> ClientAddressBits));

    private static uint BackendAddress(int i) => 0xc633_6401u + (uint)(i / InnerPorts);

    private static ushort InnerPort(int i) => (ushort)(InnerPortFirst + i % InnerPorts);

    private static IPAddress Address(uint address)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, address);
        return new IPAddress(bytes);
    }
}
