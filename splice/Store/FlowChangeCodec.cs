using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Splice.Wire;

namespace Splice.Store;

/// <summary>Bytes of a change on the channel: see FORMATS.md, "Changes".</summary>
internal static class FlowChangeCodec
{
    private const byte Committed = 1;
    private const byte Removed = 2;
    private const byte Completed = 3;
    private const byte Cut = 4;
    private const int HeadBytes = 1 + FlowId.LengthBytes;

    public static byte[] Encode(FlowChange change)
    {
        switch (change)
        {
            case FlowChange.Committed committed:
                return [.. Head(Committed, change.Id, 0), .. FlowRecordCodec.Encode(committed.Record)];
            case FlowChange.Completed completed:
                var bytes = Head(Completed, change.Id, 16);
                BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(HeadBytes), completed.Fence);
                BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(HeadBytes + 8), completed.OutputOffset);
                return bytes;
            case FlowChange.Cut cut:
                var head = Head(Cut, change.Id, 8);
                BinaryPrimitives.WriteUInt64BigEndian(head.AsSpan(HeadBytes), cut.Fence);
                return [.. head, .. Encoding.UTF8.GetBytes(cut.Reason)];
            default:
                return Head(Removed, change.Id, 0);
        }
    }

    public static FlowChange? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadBytes)
        {
            return null;
        }

        var id = FlowId.Read(bytes[1..]);
        var body = bytes[HeadBytes..];
        return bytes[0] switch
        {
            Committed when FlowRecordCodec.TryDecode(body, out var record) && record!.Id == id => new FlowChange.Committed(record),
            Removed when body.IsEmpty => new FlowChange.Removed(id),
            Completed when body.Length == 16 => new FlowChange.Completed(
                id, BinaryPrimitives.ReadUInt64BigEndian(body), BinaryPrimitives.ReadUInt64BigEndian(body[8..])),
            Cut when body.Length >= 8 && Utf8.IsValid(body[8..]) => new FlowChange.Cut(
                id, BinaryPrimitives.ReadUInt64BigEndian(body), Encoding.UTF8.GetString(body[8..])),
            _ => null,
        };
    }

    private static byte[] Head(byte kind, FlowId id, int bodyBytes)
    {
        var bytes = new byte[HeadBytes + bodyBytes];
        bytes[0] = kind;
        id.Write(bytes.AsSpan(1));
        return bytes;
    }
}
