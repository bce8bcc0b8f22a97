using Splice.Wire;
using StackExchange.Redis;

namespace Splice.Store;

/// <summary>Names of a flow's keys.</summary>
internal static class FlowKeys
{
    public const string Channel = "flows";
    private const string Prefix = "flow:";

    /// <summary>Matches the flow hashes only: 32 digits and nothing after them.</summary>
    public static readonly string ScanPattern = Prefix + new string('?', 2 * FlowId.LengthBytes);

    public static RedisKey Flow(FlowId id) => Prefix + id;

    public static RedisKey Journal(FlowId id) => Prefix + id + ":journal";

    public static RedisKey Input(FlowId id) => Prefix + id + ":input";

    public static RedisKey[] All(FlowId id) => [Flow(id), Journal(id), Input(id)];

    public static bool TryParse(RedisKey key, out FlowId id) =>
        FlowId.TryParse(((string?)key)?[Prefix.Length..], out id);
}
