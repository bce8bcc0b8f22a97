using System.Buffers.Text;
using System.Text;
using StackExchange.Redis;

namespace Splice.Store;

/// <summary>Reads answers (RESP2, redis.io/docs/reference/protocol-spec). What a server says is not trusted to be well-formed.</summary>
internal static class RespReader
{
    private const int DepthMax = 8;
    private const int ElementsMax = 1 << 24;

    /// <summary>The shortest element is an empty simple string.</summary>
    private const int ElementBytesMin = 3;

    /// <summary>A server's own limit (proto-max-bulk-len).</summary>
    private const int BulkBytesMax = 512 * 1024 * 1024;

    /// <summary>Reads one answer from the start of the bytes; false if it is not whole yet.</summary>
    /// <param name="bytes">What has been received.</param>
    /// <param name="answer">The answer; an error of the server is <see cref="ResultType.Error"/>.</param>
    /// <param name="consumed">Length of the answer, bytes.</param>
    /// <exception cref="RedisException">This is not RESP.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out RedisResult answer, out int consumed)
    {
        consumed = 0;
        answer = null!;
        return TryRead(bytes, ref consumed, DepthMax, ref answer);
    }

    private static bool TryRead(ReadOnlySpan<byte> bytes, ref int at, int depth, ref RedisResult answer)
    {
        var end = bytes[at..].IndexOf("\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        if (end == 0)
        {
            throw NotResp();
        }

        var line = bytes.Slice(at + 1, end - 1);
        var after = at + end + 2;
        switch (bytes[at])
        {
            case (byte)'+':
                answer = RedisResult.Create(line.ToArray(), ResultType.SimpleString);
                break;
            case (byte)'-':
                answer = RedisResult.Create(Encoding.UTF8.GetString(line), ResultType.Error);
                break;
            case (byte)':':
                answer = RedisResult.Create(Number(line), ResultType.Integer);
                break;
            case (byte)'$':
                return TryReadBulk(bytes, ref at, after, Number(line), ref answer);
            case (byte)'*' when depth > 0:
                return TryReadArray(bytes, ref at, after, Number(line), depth - 1, ref answer);
            default:
                throw NotResp();
        }

        at = after;
        return true;
    }

    private static bool TryReadBulk(ReadOnlySpan<byte> bytes, ref int at, int from, long length, ref RedisResult answer)
    {
        if (length < 0)
        {
            answer = RedisResult.Create(RedisValue.Null, ResultType.BulkString);
            at = from;
            return true;
        }

        if (length > BulkBytesMax)
        {
            throw NotResp();
        }

        if (bytes.Length - from < length + 2)
        {
            return false;
        }

        if (!bytes.Slice(from + (int)length, 2).SequenceEqual("\r\n"u8))
        {
            throw NotResp();
        }

        answer = RedisResult.Create(bytes.Slice(from, (int)length).ToArray(), ResultType.BulkString);
        at = from + (int)length + 2;
        return true;
    }

    private static bool TryReadArray(ReadOnlySpan<byte> bytes, ref int at, int from, long count, int depth, ref RedisResult answer)
    {
        if (count > ElementsMax)
        {
            throw NotResp();
        }

        // Not whole yet, whatever follows: nothing is set aside for elements that somebody only announces.
        if (count > (bytes.Length - from) / ElementBytesMin)
        {
            return false;
        }

        var elements = new RedisResult[Math.Max(0, count)];
        for (var i = 0; i < elements.Length; i++)
        {
            if (!TryRead(bytes, ref from, depth, ref elements[i]))
            {
                return false;
            }
        }

        answer = RedisResult.Create(elements, ResultType.Array);
        at = from;
        return true;
    }

    private static long Number(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out long number, out var used) && used == digits.Length ? number : throw NotResp();

    private static RedisException NotResp() => new("the server's answer is not RESP");
}
