using System.Globalization;
using Splice.Wire;
using StackExchange.Redis;

namespace Splice.Store;

/// <summary>
/// Unites what the live nodes say of one flow. A node whose copy is damaged is as one that has none: another may have it
/// whole, and a scan must come to the flows behind it.
/// </summary>
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
            if (Read(id, fields) is { } one)
            {
                merged = merged is null ? one : Unite(merged, one);
            }
        }

        return merged;
    }

    public static ReadOnlyMemory<byte> LongestInput(FlowId id, ulong fromOffset, IEnumerable<RedisValue[]> answers)
    {
        ReadOnlyMemory<byte>? longest = null;
        ulong? begins = null;
        foreach (var answer in answers.Where(answer => answer.Length > 1))
        {
            ReadOnlyMemory<byte> bytes = (byte[])answer[1]!;
            if (U64(answer[0]) is not { } start)
            {
                continue;
            }

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

    /// <summary>The latest request that a node knows of, by number, and the build that has begun to answer it.</summary>
    public static (ulong Number, string? Build) LatestRequest(IEnumerable<RedisValue[]> answers) => answers
        .Where(answer => answer.Length > 4)
        .Select(answer => (Number: U64(answer[3]) ?? 0, Build: Build(answer[4])))
        .DefaultIfEmpty()
        .MaxBy(request => (request.Number, request.Build is not null));

    /// <summary>A node's log has no hole, so the one that ends last has all that another has not yet trimmed.</summary>
    public static InputEnd FarthestEnd(IEnumerable<RedisValue[]> answers)
    {
        var (end, fin) = (0UL, (ulong?)null);
        foreach (var answer in answers.Where(answer => answer.Length > 1))
        {
            end = Math.Max(end, U64(answer[0]) ?? 0);
            fin ??= answer[1].IsNull ? null : U64(answer[1]);
        }

        return new InputEnd(end, fin);
    }

    /// <summary>Where the current request begins, the first if none was begun; null if these are not numbers.</summary>
    public static RequestStart? Request(RedisValue number, RedisValue input, RedisValue output)
    {
        if (number.IsNull)
        {
            return new RequestStart(1, 0, 0);
        }

        return (U64(number), U64(input), U64(output)) is ({ } request, { } inputOffset, { } outputOffset)
            ? new RequestStart(request, inputOffset, outputOffset)
            : null;
    }

    private static FlowSnapshot? Read(FlowId id, RedisValue[] fields)
    {
        if (U64(fields[0]) is not { } fence || Request(fields[2], fields[3], fields[4]) is not { } request
            || U64(fields[5]) is not { } complete)
        {
            return null;
        }

        FlowRecord? record = null;
        if (!fields[1].IsNull && (!FlowRecordCodec.TryDecode((byte[])fields[1]!, out record) || record!.Id != id))
        {
            record = null;
        }

        return new FlowSnapshot(id, fence, record, request, fields[5].IsNull ? null : complete, Build(fields[6]));
    }

    private static string? Build(RedisValue value) => (string?)value is { Length: > 0 } build ? build : null;

    /// <summary>0 if there is none, null if it is not a number.</summary>
    private static ulong? U64(RedisValue value) =>
        ulong.TryParse((string?)value ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static FlowSnapshot Unite(FlowSnapshot a, FlowSnapshot b)
    {
        var request = b.Request.Number > a.Request.Number ? b : a;
        return new FlowSnapshot(
            a.Id,
            Math.Max(a.Fence, b.Fence),
            b.Record is not null && (a.Record is null || b.Record.Fence > a.Record.Fence) ? b.Record : a.Record,
            request.Request,
            a.CompleteOffset is null || b.CompleteOffset > a.CompleteOffset ? b.CompleteOffset : a.CompleteOffset,
            a.Request.Number == b.Request.Number ? a.Build ?? b.Build : request.Build);
    }
}
