using StackExchange.Redis;

namespace Splice.Store;

/// <summary>What a node has of one flow, but for the pieces of its input.</summary>
internal sealed record FlowExport(
    RedisValue[] Fields, RedisValue[] Entries, long ExpiryMilliseconds, RedisValue Base, RedisValue TailOffset, RedisValue Tail)
{
    /// <summary>The node does not know the flow.</summary>
    public bool IsEmpty => Fields.Length == 0;

    /// <summary>Offset of the first byte of the input log; null if there is none.</summary>
    public ulong? InputBase => Base.IsNullOrEmpty ? null : (ulong)Base;

    /// <summary>Offset after its last byte.</summary>
    public ulong InputEnd => (ulong)TailOffset + (ulong)Tail.Length();

    public static FlowExport Parse(RedisResult answer)
    {
        var parts = (RedisResult[])answer!;
        return new FlowExport(
            (RedisValue[])parts[0]!, (RedisValue[])parts[1]!, (long)parts[2], (RedisValue)parts[3], (RedisValue)parts[4], (RedisValue)parts[5]);
    }
}
