using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Splice.Daemon.Splicing;
using Splice.Wire;
using Splice.Wire.Abi;

namespace Splice.Daemon.Injection;

/// <summary>
/// Sends single TCP segments in the name of a service address: a window update that lets a backend speak, a prompt
/// acknowledgement, a FIN that was held, a probe. Marked, so that the kernel program leaves them as they are.
/// </summary>
public sealed unsafe class PacketInjector : IDisposable
{
    private const int TcpBytes = 20;
    private const byte OptionNoOperation = 1;
    private const byte OptionSack = 5;
    private const byte FlagFin = 0x01;
    private const byte FlagRst = 0x04;
    private const byte FlagAck = 0x10;
    private readonly Socket? _socket4;
    private readonly Socket? _socket6;
    private readonly SendPacket _send;

    public PacketInjector()
    {
        _socket4 = Open(AddressFamily.InterNetwork);
        _socket6 = Socket.OSSupportsIPv6 ? Open(AddressFamily.InterNetworkV6) : null;
        _send = (packet, to) => (to.IsIPv4 ? _socket4 : _socket6!).SendTo(packet, new IPEndPoint(to.ToAddress(), 0));
    }

    internal PacketInjector(SendPacket send) => _send = send;

    /// <summary>A pure acknowledgement. The window is the field's value, already scaled.</summary>
    public void Acknowledge(FlowEnd from, FlowEnd to, uint seq, uint ack, ushort window) =>
        Send(from, to, seq, ack, FlagAck, window);

    /// <summary>An acknowledgement that also names what has arrived behind a gap (RFC 2018 §3).</summary>
    public void AcknowledgeBehindGap(FlowEnd from, FlowEnd to, uint seq, uint ack, uint left, uint right, ushort window)
    {
        Span<byte> option = [OptionNoOperation, OptionNoOperation, OptionSack, 10, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(option[4..], left);
        BinaryPrimitives.WriteUInt32BigEndian(option[8..], right);
        Send(from, to, seq, ack, FlagAck, window, option);
    }

    public void Finish(FlowEnd from, FlowEnd to, uint seq, uint ack, ushort window) =>
        Send(from, to, seq, ack, FlagAck | FlagFin, window);

    public void Reset(FlowEnd from, FlowEnd to, uint seq, uint ack) =>
        Send(from, to, seq, ack, FlagAck | FlagRst, 0);

    /// <summary>One byte that the peer has already: always answered with its current acknowledgement (RFC 9293 §3.8.4).</summary>
    public void Probe(FlowEnd from, FlowEnd to, uint seq, uint ack, ushort window) =>
        Send(from, to, seq, ack, FlagAck, window, payloadBytes: 1);

    public void Dispose()
    {
        _socket4?.Dispose();
        _socket6?.Dispose();
    }

    private static Socket Open(AddressFamily family)
    {
        // A raw socket of this protocol expects the IP header from us, of itself in IPv6 (raw(7), ipv6(7)).
        var socket = new Socket(family, SocketType.Raw, (ProtocolType)255);
        if (family == AddressFamily.InterNetwork)
        {
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.HeaderIncluded, true);
        }

        var mark = SpliceAbi.Mark;
        if (Libc.SetSockOpt(socket.Handle, Libc.SolSocket, Libc.SoMark, &mark, sizeof(uint)) != 0)
        {
            throw new InvalidOperationException("SO_MARK was refused; spliced needs CAP_NET_ADMIN");
        }

        return socket;
    }

    private void Send(
        FlowEnd from, FlowEnd to, uint seq, uint ack, byte flags, ushort window, ReadOnlySpan<byte> options = default, int payloadBytes = 0)
    {
        Span<byte> packet = stackalloc byte[IpHeader.BytesFor(from) + TcpBytes + options.Length + payloadBytes];
        packet.Clear();
        var addresses = IpHeader.Write(packet, from, to);
        var tcp = packet[IpHeader.BytesFor(from)..];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], to.Port);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], seq);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], ack);
        tcp[12] = (byte)((TcpBytes + options.Length) / 4 << 4);
        tcp[13] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], window);
        options.CopyTo(tcp[TcpBytes..]);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], Checksum(addresses, tcp));
        _send(packet, to);
    }

    /// <summary>The pseudo header is the same sum in both families (RFC 9293 §3.1, RFC 8200 §8.1).</summary>
    private static ushort Checksum(ReadOnlySpan<byte> addresses, ReadOnlySpan<byte> tcp)
    {
        var sum = (uint)(6 + tcp.Length);
        sum = Add(sum, addresses);
        sum = Add(sum, tcp);
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    private static uint Add(uint sum, ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i + 1 < bytes.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        }

        return bytes.Length % 2 == 0 ? sum : sum + ((uint)bytes[^1] << 8);
    }
}
