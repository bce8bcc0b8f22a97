using System.Security.Cryptography;
using System.Text;

namespace Splice.Wire;

/// <summary>Bytes of a heartbeat datagram, authenticated with the cluster key: see FORMATS.md, "Heartbeat".</summary>
public static class HeartbeatCodec
{
    public const uint Magic = 0x53504842;
    public const byte Version = 3;
    public const int LengthBytesMax = FixedBytes + 2 * byte.MaxValue + MacBytes;
    private const int FixedBytes = 4 + 1 + 8 + 8 + 4 + 1 + 1 + 2;
    private const int MacBytes = 32;
    private const int ReadyFlag = 1;
    private const int FullFlag = 2;

    public static byte[] Encode(Heartbeat heartbeat, ReadOnlySpan<byte> clusterKey)
    {
        var backend = Encoding.UTF8.GetBytes(heartbeat.Backend);
        var build = Encoding.UTF8.GetBytes(heartbeat.Build);
        var bytes = new byte[FixedBytes + backend.Length + build.Length + MacBytes];
        var writer = new SpanWriter(bytes);
        writer.U32(Magic);
        writer.U8(Version);
        writer.U64(heartbeat.Incarnation);
        writer.U64(heartbeat.Sequence);
        writer.U32(heartbeat.Flows);
        writer.U8(heartbeat.Stores);
        writer.U8((byte)((heartbeat.Ready ? ReadyFlag : 0) | (heartbeat.Full ? FullFlag : 0)));
        writer.Name(backend);
        writer.Name(build);
        HMACSHA256.HashData(clusterKey, bytes.AsSpan(0, bytes.Length - MacBytes), writer.Take(MacBytes));
        return bytes;
    }

    public static Heartbeat? Decode(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> clusterKey)
    {
        if (bytes.Length < FixedBytes + MacBytes)
        {
            return null;
        }

        Span<byte> mac = stackalloc byte[MacBytes];
        HMACSHA256.HashData(clusterKey, bytes[..^MacBytes], mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, bytes[^MacBytes..]))
        {
            return null;
        }

        var reader = new SpanReader(bytes[..^MacBytes]);
        var known = reader.U32() == Magic && reader.U8() == Version;
        var (incarnation, sequence, flows, stores, flags) = (reader.U64(), reader.U64(), reader.U32(), reader.U8(), reader.U8());
        var heartbeat = new Heartbeat(reader.Name(), incarnation, sequence, flows, stores, (flags & ReadyFlag) != 0, (flags & FullFlag) != 0, reader.Name());
        return known && flags <= (ReadyFlag | FullFlag) && !reader.Failed && reader.Remaining == 0 ? heartbeat : null;
    }
}
