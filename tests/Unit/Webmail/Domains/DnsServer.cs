using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tests.Unit.Webmail.Domains;

/// <summary>A name server on a free loopback port, over UDP as a real one: A and SRV records by name, and no such name for all others.</summary>
internal sealed class DnsServer : IDisposable
{
    private const int HeaderBytes = 12;
    private const ushort TypeA = 1;
    private const ushort TypeSrv = 33;
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly Dictionary<(string Name, ushort Type), List<byte[]>> _records = [];
    private readonly Task _serving;

    public DnsServer() => _serving = ServeAsync();

    public IPEndPoint Endpoint => (IPEndPoint)_socket.Client.LocalEndPoint!;

    public void Address(string name, string address) => Add(name, TypeA, IPAddress.Parse(address).GetAddressBytes());

    public void Service(string name, int port, string target, int priority = 0)
    {
        var fixedPart = new byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(fixedPart, (ushort)priority);
        BinaryPrimitives.WriteUInt16BigEndian(fixedPart.AsSpan(4), (ushort)port);
        Add(name, TypeSrv, [.. fixedPart, .. Encode(target)]);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _serving.Wait();
        _serving.Dispose();
    }

    private void Add(string name, ushort type, byte[] data)
    {
        lock (_records)
        {
            (_records.TryGetValue((name, type), out var list) ? list : _records[(name, type)] = []).Add(data);
        }
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var question = await _socket.ReceiveAsync();
                await _socket.SendAsync(Answer(question.Buffer), question.RemoteEndPoint);
            }
        }
        catch (Exception ended) when (ended is ObjectDisposedException or SocketException)
        {
        }
    }

    private byte[] Answer(byte[] query)
    {
        var (name, end) = Decode(query);
        var type = BinaryPrimitives.ReadUInt16BigEndian(query.AsSpan(end));
        List<byte[]> records;
        bool isKnown;
        lock (_records)
        {
            records = [.. _records.GetValueOrDefault((name, type), [])];
            isKnown = _records.Keys.Any(key => key.Name == name);
        }

        var answer = new List<byte>([.. query.AsSpan(0, 2), 0x84, (byte)(isKnown ? 0 : 3), 0, 1, 0, (byte)records.Count, 0, 0, 0, 0, .. query.AsSpan(HeaderBytes, end + 4 - HeaderBytes)]);
        foreach (var data in records)
        {
            // The name is the one that was asked; class Internet; to be kept for a minute.
            answer.AddRange([0xc0, HeaderBytes, 0, (byte)type, 0, 1, 0, 0, 0, 60, 0, (byte)data.Length, .. data]);
        }

        return [.. answer];
    }

    private static (string Name, int End) Decode(byte[] query)
    {
        var labels = new List<string>();
        var at = HeaderBytes;
        for (int length; (length = query[at]) > 0; at += length + 1)
        {
            labels.Add(Encoding.ASCII.GetString(query, at + 1, length));
        }

        return (string.Join('.', labels).ToLowerInvariant(), at + 1);
    }

    private static byte[] Encode(string name) =>
        [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];
}
