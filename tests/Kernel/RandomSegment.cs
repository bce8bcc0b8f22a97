using System.Net;
using Splice.Wire.Abi;

namespace Tests.Kernel;

/// <summary>A flow and a segment of it that depend on one seed only: mostly like those of real senders, sometimes at an edge.</summary>
internal sealed class RandomSegment(int seed)
{
    private const int OptionsBytesMax = 40;
    private readonly Random _random = new(seed);

    /// <param name="v6">IPv6 instead of IPv4.</param>
    public TestFlow Flow(bool v6)
    {
        var flow = v6 ? TestFlow.V6 : new TestFlow();
        return flow with
        {
            Client = Port(flow.Client),
            Virtual = Port(flow.Virtual),
            Inner = Port(flow.Inner),
            Backend = Port(flow.Backend),
            Flags = (Often() ? SpliceFlags.Sack : 0) | (Rarely() ? SpliceFlags.AckCeiling : 0) | (Rarely() ? SpliceFlags.FinReleased : 0),
            DeltaIn = Number(),
            DeltaOut = Number(),
            LoggedSeq = Number(),
            SentSeqEnd = Number(),
            ClientShift = Shift(),
            VirtualShift = Shift(),
            InnerShift = Shift(),
            BackendShift = Shift(),
        };
    }

    public Packet FromClient(TestFlow flow, int payloadBytesMax)
    {
        var packet = Fill(flow.FromClient(), payloadBytesMax);
        // What is not logged is copied out, and the copies have little room in a test: mostly it is logged.
        var logged = Serial.Minus(flow.LoggedSeq, (uint)(packet.Payload.Length + _random.Next(2000)));
        return packet with { Seq = Rarely() ? Around(flow.LoggedSeq) : logged, AckNumber = packet.HasAck ? Around(flow.SentSeqEnd) : 0 };
    }

    public Packet FromBackend(TestFlow flow, int payloadBytesMax)
    {
        var packet = Fill(flow.FromBackend(), payloadBytesMax);
        return packet with { Seq = Number(), AckNumber = packet.HasAck ? Serial.Plus(Around(flow.LoggedSeq), flow.DeltaIn) : 0 };
    }

    private Packet Fill(Packet packet, int payloadBytesMax)
    {
        var payload = new byte[PayloadBytes(payloadBytesMax)];
        _random.NextBytes(payload);
        return packet with
        {
            Flags = _random.Next(20) switch
            {
                0 => Packet.Rst,
                1 => Packet.Rst | Packet.Ack,
                2 or 3 => Packet.Fin | Packet.Ack,
                4 or 5 => Packet.Psh | Packet.Ack,
                6 => 0xe0 | Packet.Ack, // CWR, ECE and URG are not the splice's business
                _ => Packet.Ack,
            },
            Window = (ushort)(_random.Next(6) switch { 0 => 0, 1 => 1, 2 => 65535, _ => _random.Next(65536) }),
            Options = Options(),
            Payload = payload,
            ExtraBytes = Rarely() ? (packet.Source.Address.GetAddressBytes().Length == 4 ? 4 * _random.Next(1, 11) : 8 * _random.Next(1, 5)) : 0,
        };
    }

    private int PayloadBytes(int most) => _random.Next(8) switch
    {
        0 or 1 => 0,
        2 => 1,
        3 => most - _random.Next(2),
        4 => Math.Min(most, 1460 + _random.Next(-1, 2)),
        _ => _random.Next(most + 1),
    };

    private byte[] Options()
    {
        var options = new List<byte>();
        for (var count = _random.Next(6); count > 0; count--)
            options.AddRange(Option());
        if (Rarely() && options.Count > 0)
            options[_random.Next(options.Count)] = (byte)_random.Next(256); // a length that lies, a kind that is none
        var used = options.Take(OptionsBytesMax).ToList();
        while (used.Count % 4 != 0)
            used.Add((byte)(Often() ? 1 : _random.Next(256)));
        return [.. used];
    }

    private byte[] Option()
    {
        switch (_random.Next(8))
        {
            case 0 or 1:
                return [1];
            case 2:
                return [8, 10, .. Bytes(8)]; // timestamps (RFC 7323)
            case 3:
                return [(byte)_random.Next(6, 256), (byte)(2 + _random.Next(6)), .. Bytes(5)];
            case 4:
                return Rarely() ? [0] : [(byte)_random.Next(6, 256), 2];
            case 5:
                return [5, (byte)_random.Next(2, 36), .. Bytes(_random.Next(34))]; // no whole blocks, or more than there are
            default:
                return SackModel.Sack([.. Enumerable.Range(0, _random.Next(1, 5)).Select(_ => (Number(), Number()))]);
        }
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Any sequence number; often one just before or after the wrap.</summary>
    private uint Number() => _random.Next(3) == 0 ? (uint)_random.Next(-70_000, 70_000) : (uint)_random.NextInt64(1L << 32);

    /// <summary>At the limit, a little before or after it, or anywhere.</summary>
    private uint Around(uint limit) => Rarely() ? Number() : Serial.Plus(limit, (uint)(1000 * _random.Next(-2, 3)));

    private IPEndPoint Port(IPEndPoint end) => new(end.Address, _random.Next(1, 65536));

    private byte Shift() => (byte)_random.Next(15);

    private bool Often() => _random.Next(4) != 0;

    private bool Rarely() => _random.Next(4) == 0;
}
