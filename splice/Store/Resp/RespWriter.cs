using System.Buffers;
using System.Buffers.Text;
using StackExchange.Redis;

namespace Splice.Store;

/// <summary>Writes commands as arrays of bulk strings (RESP2, redis.io/docs/reference/protocol-spec).</summary>
internal static class RespWriter
{
    private const int DigitsMax = 20;

    public static void Array(ArrayBufferWriter<byte> output, int count) => Header(output, (byte)'*', count);

    public static void Bulk(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        Header(output, (byte)'$', bytes.Length);
        output.Write(bytes);
        output.Write("\r\n"u8);
    }

    public static void Bulk(ArrayBufferWriter<byte> output, RedisValue value)
    {
        var length = value.GetByteCount();
        Header(output, (byte)'$', length);
        value.CopyTo(output.GetSpan(length));
        output.Advance(length);
        output.Write("\r\n"u8);
    }

    private static void Header(ArrayBufferWriter<byte> output, byte type, int number)
    {
        var span = output.GetSpan(1 + DigitsMax + 2);
        span[0] = type;
        Utf8Formatter.TryFormat(number, span[1..], out var digits);
        span[digits + 1] = (byte)'\r';
        span[digits + 2] = (byte)'\n';
        output.Advance(digits + 3);
    }
}
