using System.Net;
using System.Security.Cryptography;
using System.Text;
using Splice.Wire.Tls;

namespace Splice.Wire;

/// <summary>Bytes of a preamble: PROXY protocol version 2 (HAProxy's proxy-protocol.txt §2.2); see FORMATS.md, "Preamble".</summary>
public static class PreambleCodec
{
    public const byte TlvAuthority = 0x02;
    public const byte TlvUniqueId = 0x05;
    public const byte TlvSplice = 0xE0;
    public const byte TlvTls = 0xE1;
    public const byte TlvAuthentication = 0xEF;
    public const byte Version = 3;
    public const int HostBytesMax = 255;
    public const int LengthBytesMax = 16 + 36 + FixedTlvBytes + FreeBytesMax;
    private const int FreeBytesMax = HostBytesMax + TlsSecretsSeal.LengthBytesMax + TlsSecretsSeal.TicketBytesMax;
    private const int FixedTlvBytes = 3 + 3 + FlowId.LengthBytes + 3 + SpliceTlvBytes + 3 + 3 + MacBytes;
    private const int SpliceTlvBytes = 2 + 5 * 8;
    private const int MacBytes = 32;
    private const byte VersionCommand = 0x21;
    private const byte Tcp4 = 0x11;
    private const byte Tcp6 = 0x21;

    private static ReadOnlySpan<byte> Signature => [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    public static byte[] Encode(Preamble preamble, ReadOnlySpan<byte> clusterKey)
    {
        var client = FlowEnd.From(preamble.Client);
        var @virtual = FlowEnd.From(preamble.Virtual);
        var v4 = client.IsIPv4 && @virtual.IsIPv4;
        var host = Encoding.UTF8.GetBytes(preamble.Host);
        var bodyBytes = (v4 ? 12 : 36) + FixedTlvBytes + host.Length + preamble.SealedTls.Length;
        var bytes = new byte[16 + bodyBytes];
        var writer = new SpanWriter(bytes);
        Signature.CopyTo(writer.Take(Signature.Length));
        writer.U8(VersionCommand);
        writer.U8(v4 ? Tcp4 : Tcp6);
        writer.U16((ushort)bodyBytes);
        WriteAddress(ref writer, client, v4);
        WriteAddress(ref writer, @virtual, v4);
        writer.U16(client.Port);
        writer.U16(@virtual.Port);

        writer.U8(TlvAuthority);
        writer.U16((ushort)host.Length);
        host.CopyTo(writer.Take(host.Length));

        writer.U8(TlvUniqueId);
        writer.U16(FlowId.LengthBytes);
        preamble.Flow.Write(writer.Take(FlowId.LengthBytes));

        writer.U8(TlvSplice);
        writer.U16(SpliceTlvBytes);
        writer.U8(Version);
        writer.U8((byte)preamble.Mode);
        writer.U64(preamble.Fence);
        writer.U64(preamble.InputOffset);
        writer.U64(preamble.OutputOffset);
        writer.U64(preamble.AckedOffset);
        writer.U64(preamble.SentOffset);

        writer.U8(TlvTls);
        writer.U16((ushort)preamble.SealedTls.Length);
        preamble.SealedTls.Span.CopyTo(writer.Take(preamble.SealedTls.Length));

        var authenticated = bytes.Length - writer.Remaining;
        writer.U8(TlvAuthentication);
        writer.U16(MacBytes);
        HMACSHA256.HashData(clusterKey, bytes.AsSpan(0, authenticated), writer.Take(MacBytes));
        return bytes;
    }

    /// <summary>Parses and authenticates. Invalid covers a wrong signature, version, layout or key alike.</summary>
    public static ParseResult TryDecode(
        ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> clusterKey, out Preamble? preamble, out int lengthBytes)
    {
        preamble = null;
        lengthBytes = 0;
        var known = Math.Min(bytes.Length, Signature.Length);
        if (!bytes[..known].SequenceEqual(Signature[..known]))
        {
            return ParseResult.Invalid;
        }

        if (bytes.Length < 16)
        {
            return ParseResult.NotEnough;
        }

        lengthBytes = 16 + (bytes[14] << 8 | bytes[15]);
        var v4 = bytes[13] == Tcp4;
        var freeBytes = lengthBytes - (16 + (v4 ? 12 : 36) + FixedTlvBytes);
        if (bytes[12] != VersionCommand || (!v4 && bytes[13] != Tcp6) || freeBytes is < 0 or > FreeBytesMax)
        {
            return ParseResult.Invalid;
        }

        if (bytes.Length < lengthBytes)
        {
            return ParseResult.NotEnough;
        }

        var authenticated = lengthBytes - 3 - MacBytes;
        if (bytes[authenticated] != TlvAuthentication || (bytes[authenticated + 1] << 8 | bytes[authenticated + 2]) != MacBytes)
        {
            return ParseResult.Invalid;
        }

        Span<byte> mac = stackalloc byte[MacBytes];
        HMACSHA256.HashData(clusterKey, bytes[..authenticated], mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, bytes.Slice(authenticated + 3, MacBytes)))
        {
            return ParseResult.Invalid;
        }

        preamble = ReadBody(bytes[16..lengthBytes], v4);
        return preamble is null ? ParseResult.Invalid : ParseResult.Ok;
    }

    private static Preamble? ReadBody(ReadOnlySpan<byte> body, bool v4)
    {
        var reader = new SpanReader(body);
        var clientAddress = new IPAddress(reader.Take(v4 ? 4 : 16));
        var virtualAddress = new IPAddress(reader.Take(v4 ? 4 : 16));
        var client = new IPEndPoint(clientAddress, reader.U16());
        var @virtual = new IPEndPoint(virtualAddress, reader.U16());
        var authority = reader.U8() == TlvAuthority;
        var hostBytes = reader.U16();
        var host = reader.Text(hostBytes);
        var uniqueId = reader.U8() == TlvUniqueId && reader.U16() == FlowId.LengthBytes;
        var flow = FlowId.Read(reader.Take(FlowId.LengthBytes));
        var splice = reader.U8() == TlvSplice && reader.U16() == SpliceTlvBytes && reader.U8() == Version;
        var mode = (PreambleMode)reader.U8();
        var (fence, input, output, acked, sent) = (reader.U64(), reader.U64(), reader.U64(), reader.U64(), reader.U64());
        var tls = reader.U8() == TlvTls;
        var sealedTls = reader.Bytes(reader.U16());
        var whole = !reader.Failed && reader.Remaining == 3 + MacBytes;
        return authority && hostBytes is > 0 and <= HostBytesMax && uniqueId && splice && tls && mode <= PreambleMode.HandedOver && whole
            ? new Preamble(client, @virtual, flow, mode, fence, input, output, acked, host, sealedTls, sent)
            : null;
    }

    private static void WriteAddress(ref SpanWriter writer, FlowEnd end, bool v4)
    {
        Span<byte> mapped = stackalloc byte[16];
        end.WriteAddress(mapped);
        var address = v4 ? mapped[12..] : mapped;
        address.CopyTo(writer.Take(address.Length));
    }
}
