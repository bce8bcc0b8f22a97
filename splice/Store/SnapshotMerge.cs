using System.Globalization;
using Splice.Wire;
using StackExchange.Redis;

namespace Splice.Store;

/// <summary>Unites what the live nodes say of one flow.</summary>
internal static class SnapshotMerge
{
    public const string ReadFlow =
        "return redis.call('HMGET', KEYS[1], 'fence', 'record', 'request', 'input', 'output', 'complete', 'build')";

    public const string ReadJournal = """
        return {redis.call('HMGET', KEYS[1], 'fence', 'request', 'input', 'output', 'tls'), redis.call('HGETALL', KEYS[2])}
        """;

    public static FlowSnapshot? Merge(FlowId id, IEnumerable<RedisValue[]> answers)
    {
        FlowSnapshot? merged = null;
        foreach (var fields in answers.Where(fields => !fields[0].IsNull))
        {
            FlowRecord? record = null;
            if (!fields[1].IsNull)
            {
                FlowRecordCodec.TryDecode((byte[])fields[1]!, out record);
            }

            var request = fields[2].IsNull ? new(1, 0, 0) : new RequestStart(U64(fields[2]), U64(fields[3]), U64(fields[4]));
            var one = new FlowSnapshot(
                id, U64(fields[0]), record, request, fields[5].IsNull ? null : U64(fields[5]), (string?)fields[6]);
            merged = merged is null ? one : Unite(merged, one);
        }

        return merged;
    }

    public static ReadOnlyMemory<byte> LongestInput(FlowId id, ulong fromOffset, IEnumerable<RedisValue[]> answers)
    {
        ReadOnlyMemory<byte>? longest = null;
        ulong? begins = null;
        foreach (var answer in answers.Where(answer => answer.Length == 2))
        {
            var start = U64(answer[0]);
            ReadOnlyMemory<byte> bytes = (byte[])answer[1]!;
            if (start <= fromOffset)
            {
                longest = longest is null || bytes.Length > longest.Value.Length ? bytes : longest;
            }
            else
            {
                begins = start;
            }
        }

        if (longest is null && begins is { } later)
        {
            throw new InputTrimmedException(id, fromOffset, later);
        }

        return longest ?? default;
    }

    public static ulong U64(RedisValue value) =>
        ulong.Parse(((string?)value) ?? "0", NumberStyles.None, CultureInfo.InvariantCulture);

    private static FlowSnapshot Unite(FlowSnapshot a, FlowSnapshot b)
    {
        var request = b.Request.Number > a.Request.Number ? b : a;
        return new FlowSnapshot(
            a.Id,
            Math.Max(a.Fence, b.Fence),
            b.Record is not null && (a.Record is null || b.Record.Fence > a.Record.Fence) ? b.Record : a.Record,
            request.Request,
            a.CompleteOffset is null || b.CompleteOffset > a.CompleteOffset ? b.CompleteOffset : a.CompleteOffset,
            request.Build ?? (request == a ? b.Build : a.Build));
    }
}
