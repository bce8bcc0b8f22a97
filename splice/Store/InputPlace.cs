using StackExchange.Redis;

namespace Splice.Store;

/// <summary>What a node says of a flow's input log after a merge.</summary>
/// <param name="Behind">What was to be merged is older than what the node has: nothing was.</param>
/// <param name="Base">Offset of its first byte; null if it has no log.</param>
/// <param name="End">Offset after its last byte.</param>
internal readonly record struct InputPlace(bool Behind, ulong? Base, ulong End)
{
    public static InputPlace Parse(RedisResult answer)
    {
        var parts = (RedisValue[])answer!;
        return parts.Length == 3
            ? new InputPlace((string?)parts[0] != "ok", (ulong)parts[1], (ulong)parts[2])
            : new InputPlace((string?)parts[0] != "ok", null, 0);
    }
}
