using System.Text;

namespace Splice.Wire;

/// <summary>Bytes of a flow record: see FORMATS.md, "Flow record".</summary>
public static class FlowRecordCodec
{
    public const byte Version = 3;
    public const int NameBytesMax = 63;
    private const int FixedBytes = 1 + FlowId.LengthBytes + 8 + 1 + 4 * 18 + 4 * 4 + 8 + 8 + 4 + 2 + 1 + 8;

    public static byte[] Encode(FlowRecord record)
    {
        var proxy = Encoding.UTF8.GetBytes(record.Proxy);
        var backend = Encoding.UTF8.GetBytes(record.Backend);
        var host = Encoding.UTF8.GetBytes(record.Host);
        var bytes = new byte[FixedBytes + 4 + proxy.Length + backend.Length + host.Length + record.SealedTls.Length];
        var writer = new SpanWriter(bytes);
        writer.U8(Version);
        record.Id.Write(writer.Take(FlowId.LengthBytes));
        writer.U64(record.Fence);
        writer.U8((byte)record.Kind);
        foreach (var end in (ReadOnlySpan<FlowEnd>)[record.Client, record.Virtual, record.Inner, record.BackendEnd])
        {
            end.WriteAddress(writer.Take(16));
            writer.U16(end.Port);
        }

        writer.U32(record.ClientSeq);
        writer.U32(record.VirtualSeq);
        writer.U32(record.InnerSeq);
        writer.U32(record.BackendSeq);
        writer.U64(record.BackendOutputStart);
        writer.U64(record.LoggedOffset);
        writer.U8(record.ClientShift);
        writer.U8(record.VirtualShift);
        writer.U8(record.InnerShift);
        writer.U8(record.BackendShift);
        writer.U16(record.ClientMss);
        writer.U8(record.Sack ? (byte)1 : (byte)0);
        writer.U64((ulong)record.AcceptedAt);
        writer.Name(proxy);
        writer.Name(backend);
        writer.Name(host);
        writer.Name(record.SealedTls.Span);
        return bytes;
    }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, out FlowRecord? record)
    {
        record = null;
        if (bytes.Length < FixedBytes + 4 || bytes[0] != Version)
        {
            return false;
        }

        byte sack;
        var reader = new SpanReader(bytes[1..]);
        var id = FlowId.Read(reader.Take(FlowId.LengthBytes));
        var fence = reader.U64();
        var kind = (BackendKind)reader.U8();
        var client = End(ref reader);
        var @virtual = End(ref reader);
        var inner = End(ref reader);
        var backendEnd = End(ref reader);
        record = new FlowRecord
        {
            Id = id,
            Fence = fence,
            Kind = kind,
            Client = client,
            Virtual = @virtual,
            Inner = inner,
            BackendEnd = backendEnd,
            ClientSeq = reader.U32(),
            VirtualSeq = reader.U32(),
            InnerSeq = reader.U32(),
            BackendSeq = reader.U32(),
            BackendOutputStart = reader.U64(),
            LoggedOffset = reader.U64(),
            ClientShift = reader.U8(),
            VirtualShift = reader.U8(),
            InnerShift = reader.U8(),
            BackendShift = reader.U8(),
            ClientMss = reader.U16(),
            Sack = (sack = reader.U8()) != 0,
            AcceptedAt = (long)reader.U64(),
            Proxy = reader.SharedName(),
            Backend = reader.SharedName(),
            Host = reader.SharedName(),
            SealedTls = reader.Bytes(reader.U8()),
        };
        if (reader.Failed || reader.Remaining > 0 || kind > BackendKind.Plain || sack > 1)
        {
            record = null;
            return false;
        }

        return true;
    }

    private static FlowEnd End(ref SpanReader reader) => new(FlowEnd.ReadAddress(reader.Take(16)), reader.U16());
}
