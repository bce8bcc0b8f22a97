using System.Text;
using StackExchange.Redis;

namespace Tests.Simulation.Stores;

/// <summary>What the scripts of <c>StoreMergeScript</c> do.</summary>
internal static class MergeModel
{
    private const double Removed = 9007199254740991;
    private static readonly string[] OfRequest = ["request", "input", "output", "build", "tls"];

    public static RedisResult Flow(RedisModel redis, string[] keys, byte[][] values)
    {
        var fields = 5 + (int)RedisModel.Number(values[4]);
        var theirs = Pairs(values[5..fields]).ToDictionary(pair => pair.Name, pair => pair.Value);
        var (fence, request) = (RedisModel.Number(redis.Get(keys[0], "fence")), RedisModel.Number(redis.Get(keys[0], "request")));
        var theirFence = RedisModel.Number(theirs.GetValueOrDefault("fence"));
        var theirRequest = RedisModel.Number(theirs.GetValueOrDefault("request"));
        if (theirFence < fence)
        {
            return Answer(redis, "newer", keys[0], keys[2]);
        }

        if (theirFence == Removed)
        {
            redis.Delete(keys);
        }

        if (theirRequest > request || (theirFence > fence && theirRequest == request))
        {
            redis.Delete(keys[1]);
        }

        foreach (var (ordinal, entry) in theirRequest >= request ? Pairs(values[fields..]) : [])
        {
            redis.SetNew(keys[1], ordinal, entry);
        }

        foreach (var (name, value) in theirs.Where(pair => pair.Key != "base"))
        {
            var ofRequest = OfRequest.Contains(name);
            if ((!ofRequest || theirRequest >= request) && (theirFence > fence || ofRequest || redis.Get(keys[0], name) is null))
            {
                redis.Set(keys[0], name, value);
            }
        }

        if (values[0].Length > 0)
        {
            if (theirRequest > request && redis.Get(keys[0], "base") is not null)
            {
                redis.Trim(keys[0], keys[2], values[0]);
            }

            Unite(redis, keys[0], keys[2], values[2], values[3], theirRequest < request);
        }

        return Answer(redis, "ok", keys[0], keys[2]);
    }

    public static RedisResult Input(RedisModel redis, string[] keys, byte[][] values)
    {
        if (redis.Get(keys[0], "fence") is not { } fence || redis.Get(keys[0], "base") is null)
        {
            return RedisResult.Create([RedisModel.Bulk("newer"u8.ToArray())]);
        }

        if (RedisModel.Number(values[0]) < RedisModel.Number(fence))
        {
            return Answer(redis, "newer", keys[0], keys[1]);
        }

        var newer = RedisModel.Number(values[2]) < RedisModel.Number(redis.Get(keys[0], "request"));
        Unite(redis, keys[0], keys[1], values[3], values[4], newer);
        return Answer(redis, "ok", keys[0], keys[1]);
    }

    private static IEnumerable<(string Name, byte[] Value)> Pairs(byte[][] values) =>
        values.Chunk(2).Select(pair => (Encoding.ASCII.GetString(pair[0]), pair[1]));

    private static void Unite(RedisModel redis, string flow, string input, byte[] offset, byte[] bytes, bool newer)
    {
        if (redis.Get(flow, "base") is not { } start)
        {
            redis.Set(flow, "base", offset);
            redis.SetText(input, bytes);
            return;
        }

        var before = (int)(RedisModel.Number(start) - RedisModel.Number(offset));
        if (!newer && before > 0 && before <= bytes.Length)
        {
            redis.Set(flow, "base", offset);
            redis.SetText(input, [.. bytes[..before], .. redis.Text(input)]);
        }

        redis.Append(flow, input, offset, bytes, double.PositiveInfinity);
    }

    private static RedisResult Answer(RedisModel redis, string verdict, string flow, string input)
    {
        var said = RedisModel.Bulk(Encoding.ASCII.GetBytes(verdict));
        if (redis.Get(flow, "base") is not { } start)
        {
            return RedisResult.Create([said]);
        }

        var end = (ulong)RedisModel.Number(start) + (ulong)redis.Text(input).Length;
        return RedisResult.Create([said, RedisModel.Bulk(start), RedisModel.Bulk(Encoding.ASCII.GetBytes(end.ToString()))]);
    }
}
